/** The tables of TSDD that the guard reads (wukongim.md E.2, tsdd-api.md 3), with their columns and keys. */
export const TSDD_TABLES: readonly string[] = [
  `CREATE TABLE message_extra (
     id BIGINT NOT NULL PRIMARY KEY AUTO_INCREMENT,
     message_id VARCHAR(20) NOT NULL DEFAULT '',
     message_seq BIGINT NOT NULL DEFAULT 0,
     channel_id VARCHAR(100) NOT NULL DEFAULT '',
     channel_type SMALLINT NOT NULL DEFAULT 0,
     from_uid VARCHAR(40) NOT NULL DEFAULT '',
     \`revoke\` SMALLINT NOT NULL DEFAULT 0,
     revoker VARCHAR(40) NOT NULL DEFAULT '',
     version BIGINT NOT NULL DEFAULT 0,
     is_deleted SMALLINT NOT NULL DEFAULT 0,
     content_edit TEXT,
     UNIQUE KEY message_id (message_id),
     KEY channel_idx (channel_id, channel_type)
   )`,
  `CREATE TABLE group_member (
     id INTEGER NOT NULL PRIMARY KEY AUTO_INCREMENT,
     group_no VARCHAR(40) NOT NULL DEFAULT '',
     uid VARCHAR(40) NOT NULL DEFAULT '',
     role SMALLINT NOT NULL DEFAULT 0,
     is_deleted SMALLINT NOT NULL DEFAULT 0,
     UNIQUE KEY group_no_uid (group_no, uid)
   )`,
  `CREATE TABLE app_config (
     id INTEGER NOT NULL PRIMARY KEY AUTO_INCREMENT,
     revoke_second SMALLINT NOT NULL DEFAULT 0,
     created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
   )`,
  'CREATE TABLE gorp_migrations (id VARCHAR(255) NOT NULL PRIMARY KEY, applied_at DATETIME)',
];
