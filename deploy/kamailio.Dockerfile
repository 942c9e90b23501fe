# Kamailio as the edge (docs/kamailio.md): docker build --file deploy/kamailio.Dockerfile --tag seatway-edge deploy
FROM debian:12-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends kamailio kamailio-tls-modules kamailio-outbound-modules \
    && rm -rf /var/lib/apt/lists/*
USER kamailio
ENTRYPOINT ["kamailio", "-DD", "-E", "-f", "/etc/kamailio/kamailio.cfg"]
