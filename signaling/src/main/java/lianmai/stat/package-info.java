/**
 * What a running server shows of itself: every counter, level and histogram, each with its name and sentence, in one
 * file that it maps, and {@code lianmai stat}, which reads that file from another process.
 *
 * <p>A server cannot be asked while it is in trouble; its file can be read all the same. The file explains itself, so
 * reader and server may be of different builds. Nothing here needs more than the JDK: the command is to start at once.
 */
package lianmai.stat;
