// Linked, never run: do the static libraries give all that parsing and loading an object needs? libbpf's loader pulls in everything that proxify uses.

#include <bpf/libbpf.h>

int main(void)
{
    struct bpf_object *object = bpf_object__open_mem("", 0, NULL);
    return bpf_object__load(object);
}
