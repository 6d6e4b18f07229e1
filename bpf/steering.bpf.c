// SPDX-License-Identifier: MIT
/*
 * The kernel side of steering: one program, run by the kernel whenever TCP looks for a LISTENER in our network
 * namespace, that is once per incoming SYN and never for an established connection. It answers four questions:
 *
 *   1. Is the destination port one of ours?         no  -> pass: the kernel looks on as if we were not here
 *   2. May this source address connect to it?       no  -> drop: the client gets a RST
 *   3. Do connections come too fast?                yes -> drop
 *   4. Which socket takes the connection?           the proxy's one listener
 *
 * Filtering and steering are one program on purpose: with several in a namespace, one that passes WITH a socket beats
 * any that drops, so a separate filter would filter nothing (Documentation/bpf/prog_sk_lookup.rst).
 *
 * The names of the maps proxy_ports and proxy_sock, their sizes and their byte order are an interface:
 * people script against them with bpftool. docs/steering.md explains everything here at leisure.
 */
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* From <sys/socket.h>, which a BPF program cannot include. */
#define AF_INET 2

#define PORTS 65536

#define NO_SCOPE 0
#define NO_LIMITS 0

/*
 * The ports that are steered. Key: the port in HOST byte order (bpf_sk_lookup.local_port is host order too).
 * The value says who put it there: 1 the proxy, from its config; anything else (0 by custom) an operator, by hand.
 *
 * Preallocated, which is the default for a hash: 64 bytes an entry whatever is in it, 5 MB in all. Allocated on demand
 * the full map would take more (the allocator rounds 72 bytes up to 96), and an update could fail for want of memory.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u16);
	__type(value, __u8);
	__uint(max_entries, PORTS);
} proxy_ports SEC(".maps");

/*
 * The proxy's listener, in slot 0: dual-stack, so one slot serves IPv4 and IPv6. If it belongs to an SO_REUSEPORT group
 * the kernel picks the group's member for each connection. The entry vanishes when that socket closes.
 * A value of eight bytes lets user space read the socket's cookie back.
 */
struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 1);
} proxy_sock SEC(".maps");

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

/*
 * How fast connections may come. A token bucket is one number, the time at which it will be full if nobody takes any
 * more, and 0 if nobody ever did; size and speed are times, too. Admission/TokenBucket.cs is the same arithmetic.
 */
struct rate {
	__u64 interval; /* nanoseconds in which one token comes back; 0: no limit */
	__u64 capacity; /* nanoseconds in which an empty bucket fills up */
};

struct limits {
	struct rate all;
	struct rate per_source;
	struct address mask_ipv4; /* two addresses are one source if they agree under the mask of their family */
	struct address mask_ipv6;
	__u64 full_at; /* the bucket of all */
};

/*
 * The limits of the proxy and of apps. As with scopes, user space never uses a number for two sets of limits. Twice as many
 * as there may be apps: a reload lays the new ones down beside the old.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct limits);
	__uint(max_entries, 32768);
} proxy_limits SEC(".maps");

/*
 * The sources' buckets. When all places are taken the kernel makes room by forgetting some that have not been used for
 * a while (approximately the least recently used), so that a million sources cost what these places cost.
 */
struct bucket_key {
	__u32 limits;
	struct address source; /* masked */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, struct bucket_key);
	__type(value, __u64);
	__uint(max_entries, 65536);
} proxy_buckets SEC(".maps");

/* What applies to a port: the numbers of a scope and of limits, or NO_SCOPE and NO_LIMITS. */
struct port_rules {
	__u32 scope;
	__u32 limits;
};

/* What applies where. One table is one consistent set of rules. */
struct rules {
	struct port_rules global;         /* to every steered port */
	struct port_rules of_port[PORTS]; /* besides, of the app that serves the port */
};

struct rules_table {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct rules);
	__uint(max_entries, 1);
};

/* Two tables, so that the next set of rules can be written while the present one is in force. */
struct rules_table proxy_rules_a SEC(".maps");
struct rules_table proxy_rules_b SEC(".maps");

/*
 * The table in force. Exchanging this one pointer changes all rules at once: no SYN ever sees half of them. And the
 * system call that does it returns only when every run of the program that may still read the old table has ended
 * (synchronize_rcu in maybe_wait_bpf_programs, kernel/bpf/syscall.c): then old table and old scopes are free.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 1);
	__array(values, struct rules_table);
} proxy_rules SEC(".maps") = {
	.values = { &proxy_rules_a },
};

/*
 * The name of the app behind a scope. This program does not read it: it is for those who look at a running proxy from
 * outside. User space binds it to the program, so that it is found where the other maps are.
 */
struct app {
	char name[64];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct app);
	__uint(max_entries, 32768);
} proxy_apps SEC(".maps");

/* What became of each lookup; one set per CPU, without atomics. User space adds them up. */
struct counters {
	__u64 steered;       /* handed to the proxy's listener */
	__u64 passed;        /* TCP to a port that is not steered */
	__u64 denied;        /* refused by a source rule */
	__u64 no_socket;     /* refused: steered, but the proxy's listener is gone */
	__u64 assign_errors; /* refused: the listener does not fit, e.g. IPv6 to an IPv4-only listener */
	__u64 limited;       /* refused by a rate */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct counters);
	__uint(max_entries, 1);
} proxy_counters SEC(".maps");

/* The rules in force. Neither lookup fails unless somebody empties the map by hand. */
static __always_inline const struct rules *rules_in_force(void)
{
	const __u32 first = 0;
	void *table = bpf_map_lookup_elem(&proxy_rules, &first);

	return table ? bpf_map_lookup_elem(table, &first) : 0;
}

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

static __always_inline __u64 missing(const __u64 *full_at, __u64 now)
{
	return *full_at > now ? *full_at - now : 0;
}

static __always_inline int has_token(const __u64 *full_at, const struct rate *rate, __u64 now)
{
	return missing(full_at, now) + rate->interval <= rate->capacity;
}

/*
 * Without a lock or an atomic exchange (an LRU map takes no lock, and the exchange came with Linux 5.12): two processors
 * that take from a bucket in the same few nanoseconds may pay one token for two.
 */
static __always_inline void take(__u64 *full_at, const struct rate *rate, __u64 now)
{
	*full_at = now + missing(full_at, now) + rate->interval;
}

static __always_inline struct limits *find_limits(__u32 number)
{
	return number == NO_LIMITS ? 0 : bpf_map_lookup_elem(&proxy_limits, &number);
}

/* All ones for an IPv4 source, 0 for an IPv6 one. */
static __always_inline __be32 is_ipv4(const struct address *source)
{
	return source->word[0] == 0 && source->word[1] == 0 && source->word[2] == bpf_htonl(0xffff) ? ~0U : 0;
}

/*
 * The word under its family's mask. The mask is chosen by its value: a choice between two addresses may be compiled (by clang 19) to a
 * pointer plus a number that depends on the path, which the verifier forbids where the loader has CAP_BPF without CAP_PERFMON.
 */
static __always_inline __be32 masked(const struct limits *limits, const struct address *source, __be32 ipv4, int word)
{
	return source->word[word] & ((limits->mask_ipv4.word[word] & ipv4) | (limits->mask_ipv6.word[word] & ~ipv4));
}

/* The source's bucket; none where sources are not limited, or this one has not been seen: then its bucket is full. */
static __always_inline __u64 *find_bucket(const struct limits *limits, const struct address *source, struct bucket_key *key)
{
	__be32 ipv4 = is_ipv4(source);

	if (!limits || !limits->per_source.interval)
		return 0;

	key->source.word[0] = masked(limits, source, ipv4, 0);
	key->source.word[1] = masked(limits, source, ipv4, 1);
	key->source.word[2] = masked(limits, source, ipv4, 2);
	key->source.word[3] = masked(limits, source, ipv4, 3);
	return bpf_map_lookup_elem(&proxy_buckets, key);
}

static __always_inline int over(const struct limits *limits, const __u64 *bucket, __u64 now)
{
	if (!limits)
		return 0;
	if (bucket && !has_token(bucket, &limits->per_source, now))
		return 1;
	return limits->all.interval && !has_token(&limits->full_at, &limits->all, now);
}

static __always_inline void charge(struct limits *limits, __u64 *bucket, const struct bucket_key *key, __u64 now)
{
	__u64 fresh = 0;

	if (limits && limits->all.interval)
		take(&limits->full_at, &limits->all, now);
	if (!limits || !limits->per_source.interval)
		return;

	take(bucket ? bucket : &fresh, &limits->per_source, now);
	if (!bucket) /* with NOEXIST: if another processor has put it there meanwhile, its debt stays */
		bpf_map_update_elem(&proxy_buckets, key, &fresh, BPF_NOEXIST);
}

/* A connection takes a token from each bucket that applies, or from none: a flood that one rate refuses spends nothing of the others. */
static __always_inline int limited(const struct address *source, __u32 global_number, __u32 app_number)
{
	struct bucket_key global_key = { .limits = global_number };
	struct bucket_key app_key = { .limits = app_number };
	__u64 *global_bucket, *app_bucket;
	struct limits *global, *app;
	__u64 now;

	if (global_number == NO_LIMITS && app_number == NO_LIMITS)
		return 0;

	global = find_limits(global_number);
	app = find_limits(app_number);
	global_bucket = find_bucket(global, source, &global_key);
	app_bucket = find_bucket(app, source, &app_key);
	now = bpf_ktime_get_ns();
	if (over(global, global_bucket, now) || over(app, app_bucket, now))
		return 1;

	charge(global, global_bucket, &global_key, now);
	charge(app, app_bucket, &app_key, now);
	return 0;
}

SEC("sk_lookup")
int proxify_steer(struct bpf_sk_lookup *ctx)
{
	const __u32 first = 0;
	const struct rules *rules;
	struct counters *counters;
	struct bpf_sock *listener;
	struct address source;
	__u16 port;
	long error;

	/* UDP has the same program type and the same port numbers, and none of our business. */
	if (ctx->protocol != IPPROTO_TCP)
		return SK_PASS;

	counters = bpf_map_lookup_elem(&proxy_counters, &first);
	if (!counters)
		return SK_PASS; /* cannot be: an array's slots always exist; the verifier wants to hear it */

	port = ctx->local_port;
	if (!bpf_map_lookup_elem(&proxy_ports, &port)) {
		counters->passed++;
		return SK_PASS;
	}

	/* Rules that are lost are not rules that allow. */
	rules = rules_in_force();
	read_source(ctx, &source);
	if (!rules || denied(&source, rules->global.scope, rules->of_port[port].scope)) {
		counters->denied++;
		return SK_DROP;
	}

	if (limited(&source, rules->global.limits, rules->of_port[port].limits)) {
		counters->limited++;
		return SK_DROP;
	}

	listener = bpf_map_lookup_elem(&proxy_sock, &first);
	if (!listener) {
		/* Passing here could hand the client to whoever else has the port bound. Refuse instead. */
		counters->no_socket++;
		return SK_DROP;
	}

	/* Without flags: an earlier program's choice stands (EEXIST), and an SO_REUSEPORT group shares the load. */
	error = bpf_sk_assign(ctx, listener, 0);
	bpf_sk_release(listener);
	if (error) {
		counters->assign_errors++;
		return SK_DROP;
	}

	counters->steered++;
	return SK_PASS;
}

/* The kernel asks for a GPL-compatible licence only of programs that use GPL-only helpers; this one uses none. */
char LICENSE[] SEC("license") = "Dual MIT/GPL";
