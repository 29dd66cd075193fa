"""Several workspaces: what installs the app, and where their tokens are kept."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path

from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.oauth.installation_store import Bot, Installation, InstallationStore
from slack_sdk.oauth.installation_store.sqlite3 import SQLite3InstallationStore
from slack_sdk.oauth.state_store.sqlite3 import SQLite3OAuthStateStore

from bot.errors import StateError
from bot.slack.credentials import CLIENT_ID, CLIENT_SECRET, find, need
from bot.slack.manifest import INSTALL_PATH, REDIRECT_PATH, SCOPES
from bot.slack.remedies import DEAD

logger = logging.getLogger("footnote.slack")
# Between pressing the button to install and coming back from Slack.
STATE_SECONDS = 600


def wants_oauth(environ: Mapping[str, str]) -> bool:
    """Say whether the app is set up for several workspaces."""
    return bool(find(environ, CLIENT_ID) or find(environ, CLIENT_SECRET))


def installations_beside(state: Path) -> Path:
    """Return the file of the tokens: beside the app's memory, which may be copied and read."""
    return state.with_name(f"{state.stem}-installations{state.suffix}")


class Installations(InstallationStore):
    """One bot token for each workspace, and none of a workspace that the app has left.

    A workspace is known by its id alone, whatever organisation it belongs to, since that is all
    that a question remembers.

    Parameters
    ----------
    path : Path
        An SQLite file, made if there is none, and readable to its owner alone.
    client_id : str
        Of the app.

    Raises
    ------
    StateError
        If the file can't be used.
    """

    def __init__(self, path: Path, client_id: str) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.chmod(0o600)
        except OSError as error:
            raise StateError(
                f"{path}, where the workspaces' tokens are kept, can't be written ({error}); "
                "change its permissions, or name another state in [slack] of footnote.toml."
            ) from error
        self.path = path
        self._client_id = client_id
        self._stored = SQLite3InstallationStore(
            database=str(path), client_id=client_id, logger=logger
        )
        self._stored.init()  # type: ignore[no-untyped-call]

    def save(self, installation: Installation) -> None:
        """Keep the token of a workspace in place of any earlier one."""
        self.save_bot(installation.to_bot())

    def save_bot(self, bot: Bot) -> None:
        """Keep the token of a workspace in place of any earlier one."""
        bot.enterprise_id = None
        self._stored.delete_bot(enterprise_id=None, team_id=bot.team_id)
        self._stored.save_bot(bot)
        logger.info("installed", extra={"team": bot.team_id})

    def find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """Return what is known of a workspace, or None."""
        return self._stored.find_bot(enterprise_id=None, team_id=team_id)

    def of_team(self, team: str) -> Bot | None:
        """Return what is known of a workspace, or None."""
        return self.find_bot(enterprise_id=None, team_id=team)

    def delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget a workspace."""
        self._stored.delete_bot(enterprise_id=None, team_id=team_id)
        logger.info("removed", extra={"team": team_id})

    def delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Do nothing: no token of a person is kept."""

    def delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget a workspace."""
        self.delete_bot(enterprise_id=enterprise_id, team_id=team_id)

    def bots(self) -> list[Bot]:
        """List what is known of every workspace."""
        with self._stored.connect() as connection:
            teams = connection.execute(
                "SELECT DISTINCT team_id FROM slack_bots WHERE client_id = ? ORDER BY team_id",
                (self._client_id,),
            ).fetchall()
        connection.close()
        found = (self._stored.find_bot(enterprise_id=None, team_id=team) for (team,) in teams)
        return [bot for bot in found if bot]

    def dead(self, client: WebClient) -> list[str]:
        """List the workspaces whose tokens were revoked.

        Parameters
        ----------
        client : WebClient
            Without a token.

        Returns
        -------
        list of str
            Ids of the workspaces; none of those whose token can't be tried just now.
        """
        return [str(bot.team_id) for bot in self.bots() if _is_dead(bot, client)]

    def forget_dead(self, client: WebClient) -> None:
        """Forget the workspaces whose tokens were revoked while nobody listened."""
        for team in self.dead(client):
            self.delete_bot(enterprise_id=None, team_id=team)


def _is_dead(bot: Bot, client: WebClient) -> bool:
    try:
        client.auth_test(token=bot.bot_token)
    except SlackApiError as error:
        return error.response.get("error") in DEAD
    except (SlackClientError, HTTPException, OSError) as error:
        logger.warning("a workspace's token can't be tried: %s", error)
    return False


def make_flow(
    environ: Mapping[str, str], installations: Installations, client: WebClient, *, url: str = ""
) -> OAuthFlow:
    """Return what installs the app into workspaces.

    Parameters
    ----------
    environ : mapping of str to str
    installations : Installations
    client : WebClient
        Without a token.
    url : str
        The public address; empty: the only one that the app's settings name.

    Raises
    ------
    SlackError
        If the client's id or secret is missing.
    """
    return OAuthFlow(
        client=client,
        logger=logger,
        settings=OAuthSettings(
            client_id=need(environ, CLIENT_ID),
            client_secret=need(environ, CLIENT_SECRET),
            scopes=list(SCOPES),
            user_scopes=[],
            redirect_uri=url.rstrip("/") + REDIRECT_PATH if url else None,
            install_path=INSTALL_PATH,
            redirect_uri_path=REDIRECT_PATH,
            installation_store=installations,
            installation_store_bot_only=True,
            state_store=SQLite3OAuthStateStore(
                expiration_seconds=STATE_SECONDS, database=str(installations.path), logger=logger
            ),
            state_expiration_seconds=STATE_SECONDS,
        ),
    )
