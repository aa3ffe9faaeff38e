#!/bin/sh
# Run once by the empty database: TSDD's account, and the guard's, which reads what TSDD knows and writes its own four tables.
set -eu
mariadb -uroot -p"$MARIADB_ROOT_PASSWORD" <<SQL
CREATE DATABASE IF NOT EXISTS im CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS 'tsdd'@'%' IDENTIFIED BY '$TSDD_DB_PASSWORD';
GRANT ALL ON im.* TO 'tsdd'@'%';
CREATE USER IF NOT EXISTS 'guard'@'%' IDENTIFIED BY '$GUARD_DB_PASSWORD';
GRANT SELECT ON im.* TO 'guard'@'%';
GRANT CREATE, SELECT, INSERT ON im.wukong_guard_recall TO 'guard'@'%';
GRANT CREATE, SELECT, INSERT ON im.wukong_guard_place TO 'guard'@'%';
GRANT CREATE, SELECT, INSERT, DELETE ON im.wukong_guard_audit TO 'guard'@'%';
GRANT CREATE, SELECT, INSERT, UPDATE, DELETE ON im.wukong_guard_command TO 'guard'@'%';
SQL
