# The base is pinned by tag and by the digest of its multi-platform index; a mirror is named with --build-arg BASE.
ARG BASE=python:3.13.16-slim-trixie@sha256:bf44cdfcb76cd3b41e879bc058fc37ec5872002ccfde7fcb765e218cde0cd79c

# hadolint ignore=DL3006 -- the tag and the digest stand in BASE, which hadolint does not look into
FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
# The tools that build wheels are locked too: a build fetches nothing that has no hash here.
COPY requirements-build.lock requirements-run.lock ./
RUN python -m venv /opt/build \
    && /opt/build/bin/pip install --require-hashes -r requirements-build.lock \
    && /opt/build/bin/pip wheel --no-build-isolation --require-hashes -w /wheels -r requirements-run.lock
COPY pyproject.toml README.md jarshy.py ./
COPY crawler/ crawler/
COPY monitor/ monitor/
COPY feeds/ feeds/
RUN /opt/build/bin/pip wheel --no-build-isolation --no-deps -w /wheels . \
    && python -m venv --without-pip /opt/jarshy \
    && /opt/build/bin/pip --python /opt/jarshy/bin/python install --no-index --no-deps /wheels/*.whl

# hadolint ignore=DL3006 -- as above
FROM ${BASE}
LABEL org.opencontainers.image.title="Jarshy" \
      org.opencontainers.image.description="Watches the press releases of Kazakhstan's state bodies and tells what was published, changed and taken away."
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin jarshy \
    && install -d -o jarshy -g jarshy /data /feeds
COPY --from=build /opt/jarshy /opt/jarshy
ENV PATH=/opt/jarshy/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    JARSHY_SERVER__HOST=0.0.0.0 \
    JARSHY_DATABASE__PATH=/data/jarshy.db
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
# The daemon reaps its one worker itself and needs no init for that. Run it with one nevertheless (--init): until it listens
# for signals, a second or two after the start, SIGTERM means nothing to a first process.
STOPSIGNAL SIGTERM
# /healthz, not /readyz: who watches containers may restart those that are unhealthy, and no restart brings a portal back
# that does not answer. A new version may first copy and alter a large database, and nobody is to end it meanwhile.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15m --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ.get('JARSHY_SERVER__PORT', '8080') + '/healthz', timeout=4)"]
ENTRYPOINT ["jarshy"]
CMD ["run"]
