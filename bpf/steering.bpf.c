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
 * sources.h answers question 2, rates.h question 3.
 *
 * The names of the maps proxy_ports and proxy_sock, their sizes and their byte order are an interface:
 * people script against them with bpftool. docs/steering.md explains everything here at leisure.
 */
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "sources.h"
#include "rates.h"

#define PORTS 65536

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
