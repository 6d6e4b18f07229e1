// SPDX-License-Identifier: MIT
/* How fast: connection rates, for steering.bpf.c. */
#pragma once

#define NO_LIMITS 0

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
