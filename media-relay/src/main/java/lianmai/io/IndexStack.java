package lianmai.io;

/** The indices of operations that are not in use; last in, first out, so that their memory is warm. Thread: relay. */
final class IndexStack {
    private final int[] indices;
    private int size;

    private IndexStack(final int capacity) {
        indices = new int[capacity];
    }

    /** Holds {@code first} … {@code first + count − 1}. */
    static IndexStack of(final int first, final int count) {
        final IndexStack stack = new IndexStack(count);
        for (int i = first + count - 1; i >= first; i--) {
            stack.push(i);
        }
        return stack;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void push(final int index) {
        indices[size++] = index;
    }

    int peek() {
        return indices[size - 1];
    }

    int pop() {
        return indices[--size];
    }
}
