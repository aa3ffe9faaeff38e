#!/bin/sh
# The head of a test AppImage: unpacks the squashfs that follows these @SIZE@ bytes and starts it. The real one mounts it.
self=$(readlink -f "$0")
if [ "$1" = --appimage-extract ]; then
  exec unsquashfs -q -n -f -o @SIZE@ -d squashfs-root "$self"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unsquashfs -q -n -f -o @SIZE@ -d "$work/app" "$self" >/dev/null || exit 127
export APPIMAGE="$self" APPDIR="$work/app" ARGV0="$0"
"$APPDIR/AppRun" "$@"
exit $?
