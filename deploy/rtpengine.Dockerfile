# rtpengine in user space (docs/media.md): docker build --file deploy/rtpengine.Dockerfile --tag seatway-rtpengine deploy
FROM debian:12-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends rtpengine-daemon \
    && rm -rf /var/lib/apt/lists/*
USER rtpengine
ENTRYPOINT ["rtpengine", "--config-file=none", "--foreground", "--log-stderr", "--table=-1"]
