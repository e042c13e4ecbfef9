//! What the hooks say, whole.

/// Each hook, and what it prints of the decayed repository.
pub const HOOKS: &[(&str, &str)] = &[
    (
        "no-legacy-files",
        r"backend/app/core/unified_websocket_manager.py:1:1: no-legacy-files/retired-file: `backend.app.core.unified_websocket_manager` was retired, but still stands
backend/app/db/manager.py.bak:1:1: no-legacy-files/legacy-name: `manager.py.bak` is a leftover by its name
backend/app/db/manager_enhanced.py:1:1: no-legacy-files/legacy-name: `manager_enhanced.py` is a leftover beside `manager.py`
backend/app/routes/chat_old.py:1:1: no-legacy-files/legacy-name: `chat_old.py` is a leftover beside `chat.py`
",
    ),
    (
        "max-file-size",
        r"auth_service/sessions.py:4:5: max-file-size/long-function: `user_of` has 6 lines, over the limit of 5
",
    ),
    (
        "no-duplicate-concepts",
        r"backend/app/agents/socket.py:1:7: no-duplicate-concepts/concept-outside-home: the class `AgentWebSocketManager` is a second `websocket-manager`
backend/app/agents/state.py:6:7: no-duplicate-concepts/concept-outside-home: the class `AgentDatabaseManager` is a second `database`
backend/app/core/unified_websocket_manager.py:1:1: no-duplicate-concepts/concept-outside-home: `unified_websocket_manager.py` is named as `websocket-manager`
backend/app/core/unified_websocket_manager.py:1:7: no-duplicate-concepts/concept-outside-home: the class `UnifiedWebSocketManager` is a second `websocket-manager`
backend/app/db/core.py:1:36: no-duplicate-concepts/undeclared-shim: warning: this module only re-exports `DatabaseManager` of `database`
backend/app/db/manager_enhanced.py:1:7: no-duplicate-concepts/concept-outside-home: the class `EnhancedDatabaseManager` is a second `database`
backend/app/db/postgres.py:1:1: no-duplicate-concepts/expired-shim: the shim `backend.app.db.postgres` ended on 2026-10-31; 1 module still imports it
backend/app/routes/limits.py:1:7: no-duplicate-concepts/same-name: `RateLimiter` is defined in `backend/app/agents/limits.py` too
backend/app/services/db.py:4:7: no-duplicate-concepts/concept-outside-home: the class `UnifiedDatabaseManager` is a second `database`
",
    ),
    (
        "import-path-policy",
        r"auth_service/sessions.py:6:44: import-path-policy/independence-violation: `auth` and `backend` are independent, but this imports `backend.app.db.manager`
auth_service/sessions.py:9:38: import-path-policy/wrapped-import: `os.getenv` is wrapped by `configuration`
backend/app/agents/state.py:3:7: import-path-policy/wrapped-import: `os.environ` is wrapped by `configuration`
backend/app/routes/chat.py:1:36: import-path-policy/legacy-import: warning: `backend.app.ws_manager` is a shim until 2026-12-31: 40 days left, 1 module still imports it
backend/app/routes/feed.py:1:52: import-path-policy/legacy-import: `backend.app.services.websocket_service:WSHub` is an old path of `websocket-manager`
backend/app/routes/orders.py:1:37: import-path-policy/legacy-import: `backend.app.db.postgres` was a shim until 2026-10-31
backend/app/services/db.py:1:16: import-path-policy/wrapped-import: `os.environ` is wrapped by `configuration`
tests/test_chat.py:3:24: import-path-policy/unresolved-import: `app.config.Settings` leads nowhere: there is no `app`
tests/test_chat.py:7:17: import-path-policy/unresolved-import: `app.db.manager.DatabaseManager.connect` leads nowhere: there is no `app`
tests/test_chat.py:7:66: import-path-policy/unresolved-import: `app.config.Settings` leads nowhere: there is no `app`
",
    ),
];

/// An import of another service, inside a function and a `try`.
pub const CROSS_SERVICE: &str = r"error[import-path-policy/independence-violation]: `auth` and `backend` are independent, but this imports `backend.app.db.manager`
  --> auth_service/sessions.py:6:44
   |
 6 |         from backend.app.db.manager import DatabaseManager
   |                                            ^^^^^^^^^^^^^^^
   |
  ::: ssot.toml:29:11
   |
29 | [contract.services-apart]
   |           -------------- the policy says so here
   |
   = help: talk to it over its interface, or move what both need to a third place

";

/// A shim that outlived its day, and who keeps it alive.
pub const SHIM_PAST_ITS_DAY: &str = r#"error[no-duplicate-concepts/expired-shim]: the shim `backend.app.db.postgres` ended on 2026-10-31; 1 module still imports it
  --> backend/app/db/postgres.py
   |
  ::: ssot.toml:11:1
   |
11 | "backend.app.db.postgres" = { new = "backend.app.db.manager", shim-until = 2026-10-31, reason = "orders (DB-17)" }
   | ------------------------- the policy says so here
   |
   = note: backend/app/routes/orders.py:1: imports it
   = help: change it to `backend.app.db.manager`, then delete the shim

"#;

/// What outlived the move of `app` below `backend`: an import, and strings.
pub const RENAMED_ROOT: &str = r#"error[import-path-policy/unresolved-import]: `app.config.Settings` leads nowhere: there is no `app`
 --> tests/test_chat.py:3:24
  |
3 | from app.config import Settings
  |                        ^^^^^^^^
  |
  = help: write `from backend.app.config import Settings`: `app` is `backend.app` here

error[import-path-policy/unresolved-import]: `app.db.manager.DatabaseManager.connect` leads nowhere: there is no `app`
 --> tests/test_chat.py:7:17
  |
7 |     with patch("app.db.manager.DatabaseManager.connect"), patch("app.config.Settings"):
  |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write `"backend.app.db.manager.DatabaseManager.connect"`: `app` is `backend.app` here

error[import-path-policy/unresolved-import]: `app.config.Settings` leads nowhere: there is no `app`
 --> tests/test_chat.py:7:66
  |
7 |     with patch("app.db.manager.DatabaseManager.connect"), patch("app.config.Settings"):
  |                                                                  ^^^^^^^^^^^^^^^^^^^
  |
  = help: write `"backend.app.config.Settings"`: `app` is `backend.app` here

"#;

/// What a commit that brings one more database manager is told.
pub const STRAYS_BACK: &str = "\
backend/app/routes/cache.py:1:7: no-duplicate-concepts/concept-outside-home: the class `CachedDatabaseManager` is a second `database`
";
