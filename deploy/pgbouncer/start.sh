#!/bin/sh
# Writes the one account from the environment, then lets pgbouncer take over.
set -eu
umask 077
printf '"backoffice" "%s"\n' "${POSTGRES_PASSWORD:?}" > /run/pgbouncer/userlist.txt
exec pgbouncer /etc/pgbouncer/pgbouncer.ini
