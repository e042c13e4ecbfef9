//! What the helps say to do, done.

use super::tree::edit;
use crate::repository::Repository;

/// One group of edits for each kind of finding.
pub fn mend(repository: &Repository) {
    // Leftovers, and second ones of a concept: "delete it", "use what the home has".
    for path in [
        "backend/app/db/manager.py.bak",
        "backend/app/db/manager_enhanced.py",
        "backend/app/routes/chat_old.py",
        "backend/app/core/unified_websocket_manager.py",
        "backend/app/agents/socket.py",
        "backend/app/services/db.py",
    ] {
        repository.git(&["rm", "--quiet", path]);
    }
    // "use what `backend.app.config` offers"
    let state = "from backend.app.config import Settings\n\nURL = Settings().database_url()\n";
    repository.write("backend/app/agents/state.py", state);
    // "use what `auth_service.config` offers, or add there what is missing"; and no import of another service.
    edit(
        repository,
        "auth_service/config.py",
        "class Settings:\n",
        "class Settings:\n    def session_key(self):\n        return os.environ[\"SESSION_KEY\"]\n\n",
    );
    repository.write(
        "auth_service/sessions.py",
        "from auth_service.config import Settings\nfrom auth_service.database import AuthDatabaseManager\n\n\n\
         def user_of(token):\n    return AuthDatabaseManager(), token, Settings().session_key()\n",
    );
    // The shim past its day: "change them to `backend.app.db.manager`, then delete it"; and the undeclared one.
    edit(repository, "backend/app/routes/orders.py", "backend.app.db.postgres", "backend.app.db.manager");
    repository.git(&["rm", "--quiet", "backend/app/db/postgres.py", "backend/app/db/core.py"]);
    // Old paths: "write `from backend.app.websocket import WebSocketManager`"
    edit(repository, "backend/app/routes/chat.py", "backend.app.ws_manager", "backend.app.websocket");
    edit(
        repository,
        "backend/app/routes/feed.py",
        "from backend.app.services.websocket_service import WSHub",
        "from backend.app.websocket import WebSocketManager",
    );
    edit(repository, "backend/app/routes/feed.py", "WSHub()", "WebSocketManager()");
    // "keep one: `from backend.app.agents.limits import RateLimiter`, and delete this one"
    repository.write("backend/app/routes/limits.py", "from backend.app.agents.limits import RateLimiter\n");
    // "write `from backend.app.config import Settings`: `app` is `backend.app` here"
    for old in ["\"app.", "from app."] {
        edit(repository, "tests/test_chat.py", old, &old.replace("app", "backend.app"));
    }
}
