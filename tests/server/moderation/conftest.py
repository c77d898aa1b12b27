from tests.server.discussion.conftest import talk

__all__ = ["talk"]
