// elfutils 0.192, which Debian 13 has, forgot to put these two functions into libelf.a (sourceware bug 32293; 0.193 has them). They keep a tree
// of what elf_getdata_rawchunk() hands out, for tsearch(3). Linked as an archive behind libelf.a: where that has them, these stay out.

#define _GNU_SOURCE
#include <search.h>
#include <stddef.h>

// Begins elfutils' search_tree. A lock may follow; all that would take it is missing from that libelf.a, too.
struct search_tree {
    void *root;
};

void eu_search_tree_init(struct search_tree *tree)
{
    tree->root = NULL;
}

void eu_search_tree_fini(struct search_tree *tree, void (*free_node)(void *))
{
    tdestroy(tree->root, free_node);
}
