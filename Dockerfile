# The application: one image for page workers, sockets, tasks and the commands of operators.
# Nothing is compiled and nothing is fetched at run time; it runs without root and on a read-only file system.

FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/parvis
WORKDIR /src
# The libraries first: they change less often than the program.
COPY requirements/run.lock.txt requirements/
RUN /opt/parvis/bin/pip install --require-hashes --only-binary :all: -r requirements/run.lock.txt
COPY . .
RUN /opt/parvis/bin/python tools/messages.py compile \
    && PARVIS_VAR=/tmp/var PARVIS_STATIC=/static \
       /opt/parvis/bin/python manage.py collectstatic --noinput -v 0 \
    && rm -rf tests benchmarks docs /tmp/var

FROM python:3.11-slim-bookworm
RUN groupadd --system --gid 10001 parvis \
    && useradd --system --uid 10001 --gid parvis --home-dir /var/lib/parvis --no-create-home parvis \
    && install -d -o parvis -g parvis -m 0700 /var/lib/parvis
COPY --from=build /opt/parvis /opt/parvis
COPY --from=build /src /opt/parvis-source
COPY --from=build /static /opt/parvis-static
# The program is not a package of its own: this line lets Python find it, as tools/dev.py does outside of containers.
RUN echo /opt/parvis-source > /opt/parvis/lib/python3.11/site-packages/parvis.pth \
    && printf '#!/opt/parvis/bin/python\nimport sys\n\nfrom server.cli import main\n\nif __name__ == "__main__":\n    sys.exit(main())\n' \
       > /opt/parvis/bin/parvis \
    && chmod 0755 /opt/parvis/bin/parvis
ENV PATH=/opt/parvis/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DEBUG=0 \
    PARVIS_VAR=/var/lib/parvis \
    PARVIS_STATIC=/opt/parvis-static
WORKDIR /opt/parvis-source
USER parvis
VOLUME /var/lib/parvis
EXPOSE 8000
CMD ["parvis", "pages", "--bind", "0.0.0.0"]
