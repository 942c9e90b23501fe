# Kamailio as the edge (docs/kamailio.md): docker build --file deploy/kamailio.Dockerfile --tag seatway-edge deploy
FROM debian:12-slim
# A number of its own, so that the key of its certificate can be made readable for it (docs/deploy.md).
RUN groupadd --gid 5060 kamailio \
    && useradd --uid 5060 --gid kamailio --home-dir /run/kamailio --no-create-home --shell /usr/sbin/nologin kamailio \
    && apt-get update \
    && apt-get install --yes --no-install-recommends kamailio kamailio-tls-modules kamailio-outbound-modules \
    && rm -rf /var/lib/apt/lists/*
USER kamailio
ENTRYPOINT ["kamailio", "-DD", "-E", "-f", "/etc/kamailio/kamailio.cfg"]
