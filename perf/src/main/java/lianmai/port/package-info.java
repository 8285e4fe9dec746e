/**
 * Our UDP ports and the others that a Java program can have, each as a sender and as a forwarder under the same loop,
 * in a process of their own that {@code ./lianmai bench ports} asks for one slice after the other.
 */
package lianmai.port;
