// SPDX-License-Identifier: MIT
/* Who may connect: source rules, for steering.bpf.c. */
#pragma once

/* From <sys/socket.h>, which a BPF program cannot include. */
#define AF_INET 2

#define NO_SCOPE 0

/*
 * Source rules. A scope is a set of prefixes that decide together: one scope for the whole proxy, one for each app.
 * User space never uses a scope's number twice, so old and new rules lie side by side in the trie while they change.
 * IPv4 sources are written v4-mapped (::ffff:a.b.c.d), so prefixlen is 32 (the scope) + n, for IPv4 32 + 96 + n.
 */
struct address {
	__be32 word[4];
};

struct source_key {
	__u32 prefixlen; /* bits that count, from the first of scope on */
	__u32 scope;     /* always compared whole */
	struct address address;
};

#define SOURCE_BITS (8 * (sizeof(struct source_key) - sizeof(__u32)))

enum verdict {
	VERDICT_ALLOW = 0,
	VERDICT_DENY = 1,
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC); /* a trie is never preallocated: an entry costs memory when it is added */
	__type(key, struct source_key);
	__type(value, __u8);
	__uint(max_entries, 1 << 24);
} proxy_sources SEC(".maps");

static __always_inline void read_source(const struct bpf_sk_lookup *ctx, struct address *source)
{
	if (ctx->family == AF_INET) {
		__u32 last = ctx->remote_ip4;

		/* Both branches end in the same store; merged, they would load through a computed context pointer,
		 * which the verifier forbids. */
		barrier_var(last);
		source->word[0] = 0;
		source->word[1] = 0;
		source->word[2] = bpf_htonl(0xffff);
		source->word[3] = last;
	} else {
		source->word[0] = ctx->remote_ip6[0];
		source->word[1] = ctx->remote_ip6[1];
		source->word[2] = ctx->remote_ip6[2];
		source->word[3] = ctx->remote_ip6[3];
	}
}

/* The scope's longest prefix that holds the address decides; none means that the scope has no rules. */
static __always_inline int denied_by(struct source_key *source, __u32 scope)
{
	const __u8 *verdict;

	if (scope == NO_SCOPE)
		return 0;

	source->scope = scope;
	verdict = bpf_map_lookup_elem(&proxy_sources, source);
	return verdict && *verdict == VERDICT_DENY;
}

/* The proxy's rules and the app's both apply: refused by either is refused. */
static __always_inline int denied(const struct address *address, __u32 global, __u32 app)
{
	struct source_key source = { .prefixlen = SOURCE_BITS, .address = *address };

	return denied_by(&source, global) || denied_by(&source, app);
}
