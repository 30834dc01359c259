"""Chromium's policy files, for every family with a screen."""
import json

POLICIES = {"URLBlocklist": list, "URLAllowlist": list, "AutoplayAllowed": bool, "DeveloperToolsAvailability": int, "IncognitoModeAvailability": int, "BrowserSignin": int,
            "SyncDisabled": bool, "PasswordManagerEnabled": bool, "TranslateEnabled": bool, "DefaultNotificationsSetting": int, "DefaultGeolocationSetting": int,
            "DownloadRestrictions": int, "PrintingEnabled": bool, "BookmarkBarEnabled": bool, "MetricsReportingEnabled": bool, "BackgroundModeEnabled": bool,
            "ComponentUpdatesEnabled": bool, "DefaultBrowserSettingEnabled": bool}


def policy(file):
    """Chromium's policy names and the shapes of their values."""
    try:
        found = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        return str(error)
    return "\n".join(f"{name}: {value!r}" for name, value in found.items() if name not in POLICIES or type(value) is not POLICIES[name]) or None
