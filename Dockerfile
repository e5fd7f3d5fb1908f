# The full image has the compiler that gunicorn's C parser needs; the slim one runs the site.
FROM python:3.13 AS build
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.13-slim
# DEBUG off: a container that is started without SECRET_KEY stops and says so.
ENV DEBUG=off \
    PATH=/venv/bin:$PATH \
    PORT=8000 \
    PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=build /venv /venv
COPY manage.py gunicorn.conf.py ./
COPY docs docs
COPY fileapi fileapi
COPY project project
RUN SECRET_KEY=only-for-this-line ALLOWED_HOSTS=localhost \
    python manage.py collectstatic --noinput \
    && python -m compileall -q fileapi project
USER 10001:10001
EXPOSE 8000
# As a proxy on this machine would ask: for a host that the site answers for, come by TLS.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["python", "-c", "\
import os, urllib.request as u; \
host = os.environ['ALLOWED_HOSTS'].split(',')[0].strip().lstrip('.').replace('*', 'localhost'); \
url = 'http://127.0.0.1:' + os.environ['PORT'] + '/api/hello'; \
u.urlopen(u.Request(url, headers={'Host': host, 'X-Forwarded-Proto': 'https'}), timeout=2)"]
CMD ["gunicorn", "project.wsgi"]
