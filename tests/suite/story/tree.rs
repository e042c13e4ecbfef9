//! The repository that decays, commit by commit.

use crate::repository::Repository;

/// Each commit, and what it writes. A text of `None` deletes the file.
type Commit = (&'static str, &'static [(&'static str, Option<&'static str>)]);

const BEFORE_THE_MOVE: &[Commit] = &[
    (
        "Serve items",
        &[
            ("app/__init__.py", Some("")),
            ("app/config.py", Some(CONFIG)),
            ("app/db/__init__.py", Some("")),
            ("app/db/manager.py", Some(DATABASE)),
            ("app/routes/__init__.py", Some("")),
            (
                "app/routes/items.py",
                Some(
                    "from app.db.manager import DatabaseManager\n\n\ndef items():\n    return DatabaseManager().connect()\n",
                ),
            ),
        ],
    ),
    (
        "Chat over websockets",
        &[
            ("app/services/__init__.py", Some("")),
            ("app/services/websocket_service.py", Some("class WSHub:\n    clients = []\n")),
            ("tests/test_chat.py", Some(TEST_CHAT)),
        ],
    ),
];

const AFTER_THE_MOVE: &[Commit] = &[
    (
        "Merge the websocket service into the package",
        &[
            ("backend/app/services/websocket_service.py", None),
            ("backend/app/websocket/__init__.py", Some("from backend.app.websocket.manager import WebSocketManager\n")),
            ("backend/app/websocket/manager.py", Some("class WebSocketManager:\n    clients = []\n")),
            ("backend/app/ws_manager.py", Some("from backend.app.websocket import WebSocketManager\n")),
            (
                "backend/app/routes/chat.py",
                Some("from backend.app.ws_manager import WebSocketManager\n\nmanager = WebSocketManager()\n"),
            ),
            (
                "backend/app/routes/feed.py",
                Some("from backend.app.services.websocket_service import WSHub\n\nhub = WSHub()\n"),
            ),
        ],
    ),
    (
        "Enhance the database manager",
        &[
            ("backend/app/db/manager.py.bak", Some(DATABASE)),
            ("backend/app/db/manager_enhanced.py", Some("class EnhancedDatabaseManager:\n    pool = 5\n")),
            ("backend/app/db/core.py", Some("from backend.app.db.manager import DatabaseManager\n")),
            ("backend/app/db/postgres.py", Some("from backend.app.db.manager import DatabaseManager\n")),
            (
                "backend/app/routes/orders.py",
                Some("from backend.app.db.postgres import DatabaseManager\n\nmanager = DatabaseManager()\n"),
            ),
        ],
    ),
    (
        "Agents, before the demo",
        &[
            ("backend/app/agents/__init__.py", Some("")),
            ("backend/app/agents/limits.py", Some(LIMITER)),
            ("backend/app/routes/limits.py", Some(LIMITER)),
            (
                "backend/app/agents/state.py",
                Some(
                    "import os\n\nURL = os.environ[\"DATABASE_URL\"]\n\n\nclass AgentDatabaseManager:\n    url = URL\n",
                ),
            ),
            ("backend/app/agents/socket.py", Some("class AgentWebSocketManager:\n    clients = {}\n")),
            (
                "backend/app/services/db.py",
                Some("from os import environ\n\n\nclass UnifiedDatabaseManager:\n    pool = int(environ[\"POOL\"])\n"),
            ),
        ],
    ),
    (
        "Unify the websocket managers, keep the old one for a while",
        &[
            (
                "backend/app/core/unified_websocket_manager.py",
                Some("class UnifiedWebSocketManager:\n    clients = []\n"),
            ),
            ("backend/app/routes/chat_old.py", Some("clients = []\n")),
        ],
    ),
    (
        "Sign in through a service of its own",
        &[
            ("auth_service/__init__.py", Some("")),
            ("auth_service/config.py", Some(CONFIG)),
            ("auth_service/database.py", Some("class AuthDatabaseManager:\n    pool = 2\n")),
            ("auth_service/sessions.py", Some(SESSIONS)),
        ],
    ),
];

const CONFIG: &str = "\
import os


class Settings:
    def database_url(self):
        return os.environ[\"DATABASE_URL\"]
";

const DATABASE: &str = "\
class DatabaseManager:
    def connect(self):
        return self
";

const LIMITER: &str = "\
class RateLimiter:
    def __init__(self, most):
        self.most = most

    def allows(self, count):
        return count < self.most
";

const SESSIONS: &str = "\
import os


def user_of(token):
    try:
        from backend.app.db.manager import DatabaseManager
    except ImportError:
        return None
    return DatabaseManager(), token, os.getenv(\"SESSION_KEY\")
";

const TEST_CHAT: &str = "\
from unittest.mock import patch

from app.config import Settings


def test_chat():
    with patch(\"app.db.manager.DatabaseManager.connect\"), patch(\"app.config.Settings\"):
        assert Settings()
";

/// The repository as it was found, with its history.
pub fn decayed() -> Repository {
    let repository = Repository::new();
    BEFORE_THE_MOVE.iter().for_each(|commit| write(&repository, commit));
    repository.write("backend/__init__.py", "");
    repository.git(&["mv", "app", "backend/app"]);
    edit(&repository, "backend/app/routes/items.py", "from app.", "from backend.app.");
    repository.commit_all("Move app below backend");
    AFTER_THE_MOVE.iter().for_each(|commit| write(&repository, commit));
    repository
}

fn write(repository: &Repository, (message, files): &Commit) {
    for (path, text) in *files {
        match text {
            Some(text) => repository.write(path, text),
            None => drop(repository.git(&["rm", "--quiet", path])),
        }
    }
    repository.commit_all(message);
}

/// Replaces a text that a file holds.
#[track_caller]
pub fn edit(repository: &Repository, path: &str, old: &str, new: &str) {
    let whole = repository.path().join(path);
    let text = std::fs::read_to_string(&whole).unwrap_or_else(|error| panic!("{path}: {error}"));
    assert!(text.contains(old), "{path} does not hold {old:?}:\n{text}");
    repository.write(path, text.replace(old, new));
}
