FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements.txt constraints.txt ./
RUN pip install --requirement requirements.txt

COPY . .
# Gathering static files needs no secret, so development's settings do it; production's refuse to load without.
RUN FLAME_ENV=development python manage.py collectstatic --noinput --verbosity 0 \
    && useradd --system --uid 10001 --no-create-home flame \
    && install --directory --owner=flame logs media
USER flame

ENV FLAME_ENV=production PORT=3000
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=12s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/health/ready\", timeout=10)"]
CMD ["python", "manage.py", "run"]
