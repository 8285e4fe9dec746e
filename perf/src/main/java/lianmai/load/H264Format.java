package lianmai.load;

import org.agrona.MutableDirectBuffer;

/**
 * H.264 in packetization mode 1 (RFC 6184 §6.3): a key frame begins with a STAP-A of sequence parameters, picture
 * parameters and an SEI message of unregistered user data (which carries the mark), and one slice a picture follows as
 * FU-A fragments, or as a single NAL unit when it fits. The parameter sets are true; the slice is filler behind its
 * header, which no decoder makes a picture of.
 *
 * <p>Thread: confined. Units: bytes.
 */
final class H264Format implements VideoFormat {
    private static final int STAP_A = 0x78;
    private static final int FU_A = 0x7C;
    private static final int IDR_SLICE = 0x65;
    private static final int SLICE = 0x41;
    private static final int SEI = 0x06;
    private static final int USER_DATA_UNREGISTERED = 5;
    private static final int UUID_BYTES = 16;
    private static final int FU_HEADER = 2;
    private static final int START = 0x80;
    private static final int END = 0x40;

    private static final byte[] SEQUENCE = BitString.begin(0x67, 66, 0xE0, 31)
            .unsigned(0) // seq_parameter_set_id
            .unsigned(0) // log2_max_frame_num_minus4
            .unsigned(2) // pic_order_cnt_type: as decoded
            .unsigned(1) // max_num_ref_frames
            .bits(0, 1) // gaps_in_frame_num_value_allowed_flag
            .unsigned(1280 / 16 - 1)
            .unsigned(720 / 16 - 1)
            .bits(0b1100, 4) // frame_mbs_only, direct_8x8_inference, no cropping, no VUI
            .end();
    private static final byte[] PICTURE = BitString.begin(0x68)
            .unsigned(0) // pic_parameter_set_id
            .unsigned(0) // seq_parameter_set_id
            .bits(0, 2) // CAVLC, no bottom_field_pic_order
            .unsigned(0) // num_slice_groups_minus1
            .unsigned(0) // num_ref_idx_l0_default_active_minus1
            .unsigned(0) // num_ref_idx_l1_default_active_minus1
            .bits(0, 3) // no weighted prediction
            .unsigned(0) // pic_init_qp_minus26
            .unsigned(0) // pic_init_qs_minus26
            .unsigned(0) // chroma_qp_index_offset
            .bits(0b100, 3) // deblocking_filter_control
            .end();
    /** NAL header, payload type, payload size, UUID, the mark and its stop bit. */
    private static final int SEI_BYTES = 3 + UUID_BYTES + PayloadMark.LENGTH;

    private static final int PARAMETERS_HEAD = 1 + 2 + SEQUENCE.length + 2 + PICTURE.length + 2 + 3 + UUID_BYTES;

    private final int maxPayload;
    private boolean isKeyFrame;
    private int sliceLength;
    private int fragments;

    H264Format(final int maxPayload) {
        this.maxPayload = maxPayload;
    }

    @Override
    public int begin(final int frameLength, final boolean keyFrame) {
        isKeyFrame = keyFrame;
        sliceLength = keyFrame
                ? Math.max(PayloadMark.LENGTH * 2, frameLength - PARAMETERS_HEAD - PayloadMark.LENGTH)
                : frameLength;
        // A fragment repeats the NAL header's bits in its own two bytes.
        fragments = sliceLength <= maxPayload ? 1 : FrameSplit.packets(sliceLength - 1, maxPayload - FU_HEADER);
        return fragments + (keyFrame ? 1 : 0);
    }

    @Override
    public int packet(final int packet, final MutableDirectBuffer out, final int offset) {
        if (isKeyFrame && packet == 0) {
            return parameters(out, offset);
        }
        final int fragment = isKeyFrame ? packet - 1 : packet;
        if (fragments == 1) {
            out.putByte(offset, (byte) (isKeyFrame ? IDR_SLICE : SLICE));
            sliceHeader(out, offset + 1);
            return sliceLength;
        }
        final int type = (isKeyFrame ? IDR_SLICE : SLICE) & 0x1F;
        out.putByte(offset, (byte) (isKeyFrame ? FU_A : FU_A & 0x1F | SLICE & 0x60));
        out.putByte(offset + 1, (byte) ((fragment == 0 ? START : 0) | (fragment == fragments - 1 ? END : 0) | type));
        if (fragment == 0) {
            sliceHeader(out, offset + FU_HEADER);
        }
        return FU_HEADER + FrameSplit.length(sliceLength - 1, fragments, fragment);
    }

    /** first_mb_in_slice 0, a slice of I or P macroblocks only, picture parameters 0. */
    private void sliceHeader(final MutableDirectBuffer out, final int at) {
        out.putByte(at, (byte) (isKeyFrame ? 0x88 : 0x9A));
        out.putByte(at + 1, (byte) 0x84);
    }

    private static int parameters(final MutableDirectBuffer out, final int offset) {
        out.putByte(offset, (byte) STAP_A);
        int at = unit(out, offset + 1, SEQUENCE);
        at = unit(out, at, PICTURE);
        out.putByte(at, (byte) 0);
        out.putByte(at + 1, (byte) SEI_BYTES);
        out.putByte(at + 2, (byte) SEI);
        out.putByte(at + 3, (byte) USER_DATA_UNREGISTERED);
        // The mark's last byte is the stop bit of the NAL unit and no user data.
        out.putByte(at + 4, (byte) (UUID_BYTES + PayloadMark.LENGTH - 1));
        out.setMemory(at + 5, UUID_BYTES, (byte) 0x4C);
        return PARAMETERS_HEAD + PayloadMark.LENGTH;
    }

    private static int unit(final MutableDirectBuffer out, final int at, final byte[] unit) {
        out.putByte(at, (byte) 0);
        out.putByte(at + 1, (byte) unit.length);
        out.putBytes(at + 2, unit);
        return at + 2 + unit.length;
    }

    @Override
    public int head(final int packet) {
        if (isKeyFrame && packet == 0) {
            return PARAMETERS_HEAD;
        }
        final boolean isFirst = packet == (isKeyFrame ? 1 : 0);
        return (fragments == 1 ? 1 : FU_HEADER) + (isFirst ? 2 : 0);
    }
}
