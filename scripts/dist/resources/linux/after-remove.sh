#!/bin/sh
# deb: `postrm remove|purge|upgrade …`; rpm: `%postun N`, where N counts the versions that stay. rpm runs this after the
# newer version's own script: removing the link on an upgrade would leave the app without one.
case "$1" in
  upgrade | failed-upgrade | abort-install | abort-upgrade | disappear) exit 0 ;;
  '' | *[!0-9]*) ;;
  0) ;;
  *) exit 0 ;;
esac

link='/usr/bin/${executable}'
if [ "$(readlink "$link")" = '/opt/${sanitizedProductName}/${executable}' ]; then
  rm -f "$link"
fi

profile='/etc/apparmor.d/${executable}'
if [ -f "$profile" ]; then
  if command -v apparmor_parser >/dev/null 2>&1 && apparmor_status --enabled >/dev/null 2>&1; then
    apparmor_parser --remove "$profile" || true
  fi
  rm -f "$profile"
fi

if command -v update-desktop-database >/dev/null 2>&1; then
  update-desktop-database /usr/share/applications || true
fi
# Profiles of people (~/.config/WuKong Desktop) are theirs: also a purge leaves them. Who wants them gone uses
# `wukong-desktop --forget-everything` before.
exit 0
