// SPDX-License-Identifier: Apache-2.0

const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** The device id of the picture the studio paints itself, for machines without a camera. */
export const TEST_PICTURE = 'test-picture';

/** Browsers give cameras to secure pages only; loopback counts as secure. */
export function canCapture() {
  return Boolean(globalThis.navigator?.mediaDevices?.getUserMedia);
}

/** Cameras and microphones by name; names are empty until a permission has been given once. */
export async function devices() {
  if (!canCapture()) return { cameras: [], microphones: [] };
  const all = await navigator.mediaDevices.enumerateDevices();
  return {
    cameras: all.filter(({ kind }) => kind === 'videoinput'),
    microphones: all.filter(({ kind }) => kind === 'audioinput'),
  };
}

/**
 * Opens camera and microphone. Without a camera, sound alone; without either, or when asked for it, the test picture.
 *
 * @param choice `{ camera, microphone }`: device ids, empty for the browser's choice
 * @returns `{ stream, note }`; `note` is a sentence for people when something is missing, else null
 */
export async function openCapture({ camera = '', microphone = '' } = {}) {
  if (camera === TEST_PICTURE) return { stream: testPicture(), note: null };
  if (!canCapture()) {
    return { stream: testPicture(), note: 'This page may not use the camera (it needs https or localhost): sending a test picture.' };
  }
  const audio = { ...AUDIO, ...(microphone && { deviceId: { ideal: microphone } }) };
  const video = { ...VIDEO, ...(camera && { deviceId: { ideal: camera } }) };
  try {
    return { stream: await navigator.mediaDevices.getUserMedia({ audio, video }), note: null };
  } catch (error) {
    return withoutCamera(audio, video, error);
  }
}

async function withoutCamera(audio, video, error) {
  const tries = [
    [{ audio }, 'No camera could be opened: sending sound only.'],
    [{ video }, 'No microphone could be opened: sending the picture only.'],
  ];
  for (const [constraints, note] of tries) {
    try {
      return { stream: await navigator.mediaDevices.getUserMedia(constraints), note };
    } catch {
      // The next, poorer choice.
    }
  }
  const refused = error.name === 'NotAllowedError';
  return {
    stream: testPicture(),
    note: refused ? 'Camera and microphone were refused: sending a test picture.'
      : 'No camera or microphone was found: sending a test picture.',
  };
}

/** A camera is shown to its owner as a mirror would; the test picture has writing on it. */
export function isMirrored(stream) {
  return stream !== null && stream?.release === undefined;
}

export function stopCapture(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream?.release?.();
}

/** Lantern, plum, night, jade: people without cameras can still be told apart. */
const HUES = [8, 300, 225, 150];

/** A moving picture with a clock and a soft tone, so that delay and silence can be seen and heard without a camera. */
export function testPicture() {
  const canvas = document.createElement('canvas');
  canvas.width = 960;
  canvas.height = 540;
  const context = canvas.getContext('2d');
  const hue = HUES[Math.floor(Math.random() * HUES.length)];
  const paint = () => paintTestPicture(context, canvas, performance.now(), hue);
  paint();
  const timer = setInterval(paint, 33);
  const stream = canvas.captureStream(30);
  const tone = softTone();
  if (tone !== null) stream.addTrack(tone.track);
  stream.release = () => {
    clearInterval(timer);
    tone?.stop();
  };
  return stream;
}

function paintTestPicture(context, { width, height }, nowMs, base) {
  const t = nowMs / 1000;
  const hue = base + 24 * Math.sin(t * 0.4);
  const sky = context.createLinearGradient(0, 0, width, height);
  sky.addColorStop(0, `hsl(${hue} 46% 20%)`);
  sky.addColorStop(1, `hsl(${hue + 42} 62% 44%)`);
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  for (let i = 0; i < 7; i++) {
    const x = width * (0.5 + 0.42 * Math.sin(t * 0.31 + i * 1.7));
    const y = height * (0.5 + 0.38 * Math.cos(t * 0.43 + i * 2.3));
    const glow = context.createRadialGradient(x, y, 4, x, y, 90);
    glow.addColorStop(0, 'rgba(255, 228, 180, 0.85)');
    glow.addColorStop(1, 'rgba(255, 190, 120, 0)');
    context.fillStyle = glow;
    context.fillRect(x - 90, y - 90, 180, 180);
  }
  context.fillStyle = 'rgba(255, 255, 255, 0.92)';
  context.font = '600 44px ui-monospace, monospace';
  context.textAlign = 'center';
  const now = new Date();
  context.fillText(now.toISOString().slice(11, 22), width / 2, height / 2 + 16);
}

function softTone() {
  try {
    const audio = new AudioContext();
    const oscillator = audio.createOscillator();
    const gain = audio.createGain();
    const out = audio.createMediaStreamDestination();
    oscillator.frequency.value = 220;
    gain.gain.value = 0.04;
    oscillator.connect(gain).connect(out);
    oscillator.start();
    return { track: out.stream.getAudioTracks()[0], stop: () => audio.close() };
  } catch {
    return null;
  }
}

/** Calls back about 15 times a second with the loudness (0 … 1) of a stream's first audio track; returns a stop function. */
export function meter(stream, onLevel) {
  if (stream.getAudioTracks().length === 0 || typeof AudioContext === 'undefined') return () => {};
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  analyser.fftSize = 512;
  audio.createMediaStreamSource(new MediaStream(stream.getAudioTracks())).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    // −60 dB is silence, 0 dB is clipping.
    onLevel(Math.max(0, Math.min(1, 1 + Math.log10(Math.max(power, 1e-6)) / 6)));
  }, 66);
  return () => {
    clearInterval(timer);
    audio.close();
  };
}
