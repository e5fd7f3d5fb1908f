# docker build --tag fileapi .
FROM python:3.13-slim AS build
# The environment has no pip of its own: the site needs none.
RUN python -m venv --without-pip /venv
WORKDIR /app
COPY requirements.txt .
# Wheels alone, so no stage needs a compiler, and each one with the hash that the lock has.
RUN python -m pip --python /venv/bin/python install --no-cache-dir --no-compile \
    --only-binary :all: --require-hashes --requirement requirements.txt
COPY manage.py gunicorn.conf.py deploy/healthcheck.py ./
COPY docs docs
COPY fileapi fileapi
COPY project project
ENV PATH=/venv/bin:$PATH
# Compiled here, for a read-only root and any other user can't write bytecode later.
RUN SECRET_KEY=for-the-static-files-alone-which-nobody-signs ALLOWED_HOSTS=localhost \
    python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q /app /venv

FROM python:3.13-slim
# DEBUG off: a container that is started without SECRET_KEY stops and says so.
ENV DEBUG=off \
    PATH=/venv/bin:$PATH \
    PORT=8000 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
# By number, which is what Kubernetes compares with `runAsNonRoot`. Any other user will do.
USER 10001:10001
EXPOSE 8000
# gunicorn finishes its open requests, for GRACEFUL_TIMEOUT seconds at most.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=120s --retries=3 \
    CMD ["python", "healthcheck.py"]
CMD ["gunicorn", "project.wsgi"]
