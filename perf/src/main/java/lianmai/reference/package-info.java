/**
 * The C reference loops ({@code src/main/c}, which says what each does): the physical limit of sending, receiving,
 * encrypting and fanning out on this machine at this moment. Every benchmark prints them beside its own figures, so
 * that a noisy host fails visibly.
 */
package lianmai.reference;
