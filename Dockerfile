# The program runs from its tree; this image is that tree, its dependencies and nothing else.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.lock /
# Only wheels with the hashes that the lock names; compiled once here, since nothing is written later.
RUN python -m venv /venv && /venv/bin/pip install -q --require-hashes --only-binary :all: -r /requirements.lock

FROM ${BASE}
# The same number outside: key files and secrets belong to it.
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin app \
    && install -d -o app -g app -m 700 /var/lib/app
COPY --from=build /venv /venv
WORKDIR /app
COPY migrations/ migrations/
COPY templates/ templates/
COPY channels/ channels/
COPY ugly_mugs/ ugly_mugs/
RUN python -m compileall -q channels ugly_mugs migrations
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    UGLY_MUGS_DATABASE_URL=sqlite+aiosqlite:////var/lib/app/service.db \
    UGLY_MUGS_KEYS=/run/secrets \
    UGLY_MUGS_LISTEN=0.0.0.0:8080 \
    UGLY_MUGS_VAR=/var/lib/app
USER 10001
VOLUME /var/lib/app
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD \
    ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/health', timeout=4)"]
ENTRYPOINT ["python", "-m", "ugly_mugs"]
CMD ["web"]
