#!/bin/sh
# One backup, proved by a dry run of its restore; older ones are thinned out. Run by the timer.
#   BACKOFFICE_BACKUPS          where they go (default: $BACKOFFICE_INSTANCE/backups)
#   BACKOFFICE_BACKUP_DAYS      how long all are kept (default 14); after that one a day is kept
#   BACKOFFICE_BACKUP_DAILIES   for so many days (default 400)
set -eu
umask 077

program="$(dirname "$0")/../.venv/bin/backoffice"
folder="${BACKOFFICE_BACKUPS:-${BACKOFFICE_INSTANCE:?}/backups}"
mkdir -p "$folder"
day="$(date +%Y%m%d)"
file="$folder/backoffice-$day-$(date +%H%M%S).zip"

"$program" backup "$file"
"$program" restore "$file" --dry-run

# The first backup of each day stays under a name of its own.
[ -e "$folder/daily-$day.zip" ] || ln "$file" "$folder/daily-$day.zip"
find "$folder" -maxdepth 1 -name 'backoffice-*.zip' -mtime "+${BACKOFFICE_BACKUP_DAYS:-14}" -delete
find "$folder" -maxdepth 1 -name 'daily-*.zip' -mtime "+${BACKOFFICE_BACKUP_DAILIES:-400}" -delete
# What a backup or a dry run left behind that was cut short.
find "$folder" -maxdepth 1 -name '.backup-*' -mtime +1 -exec rm -rf {} +
