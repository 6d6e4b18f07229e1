# An image with proxify, the C library, OpenSSL and the authorities that Debian trusts, and nothing else: no shell, no root.
#     make proxify && docker build -t proxify .
# docs/containers.md says how to run it.
# ./proxify runs with the C library of the release it was built on and later ones: DEBIAN must be no older.
ARG DEBIAN=debian:12-slim

FROM ${DEBIAN} AS root
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates openssl
COPY scripts/container-root packaging/config.json proxify /build/
RUN /build/container-root /build/proxify /build/config.json /root-of-image && chroot --userspec=1000:1000 /root-of-image /usr/bin/proxify check -c /etc/proxify/config.json

FROM scratch
COPY --from=root /root-of-image /
USER 1000:1000
ENTRYPOINT ["/usr/bin/proxify"]
CMD ["-c", "/etc/proxify/config.json"]
