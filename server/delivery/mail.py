"""Mail by the centre's own SMTP server."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate

from ..centre.models.delivery import Mail
from ..outside_keys import KeyTrouble, OutsideKeys
from .job import Job
from .outcome import SENT, Ended, Outcome

#: Each step of the conversation may take so long.
STEP_S = 10.0


class Mailer:
    """ca_file: certificates trusted beside the public ones."""

    def __init__(self, keys: OutsideKeys, ca_file: str = "") -> None:
        self._keys = keys
        self._tls = ssl.create_default_context()
        if ca_file:
            self._tls.load_verify_locations(ca_file)

    def send(self, job: Job) -> Outcome:
        """One attempt. A server that falls silent after the text was handed over may have taken it:
        mail has no id by which it would drop a second one.
        """
        mail = job.document.delivery.mail
        if mail is None:
            return Outcome(Ended.GONE, "no_receiver")
        handed_over = False
        try:
            server = self._connected(mail)
            try:
                if mail.user:
                    server.login(mail.user, self._keys.secret(f"{job.document.code}:mail"))
                server.mail(mail.sender)
                code, _ = server.rcpt(job.address)
                if code >= 400:
                    return _of_code(code)
                handed_over = True
                code, _ = server.data(_letter(mail, job).as_bytes())
                return SENT if code < 400 else _of_code(code)
            finally:
                _say_goodbye(server)
        except KeyTrouble:
            return Outcome(Ended.NOT_SENT, "no_secret")
        except ssl.SSLCertVerificationError:
            return Outcome(Ended.NOT_SENT, "certificate")
        except smtplib.SMTPAuthenticationError:
            return Outcome(Ended.NOT_SENT, "login")
        except smtplib.SMTPResponseException as error:
            return _of_code(error.smtp_code)
        except (smtplib.SMTPException, OSError):
            ended = Ended.PERHAPS if handed_over else Ended.NOT_SENT
            return Outcome(ended, "no_answer" if handed_over else "no_connection")

    def _connected(self, mail: Mail) -> smtplib.SMTP:
        if mail.security == "tls":
            return smtplib.SMTP_SSL(mail.host, mail.port, timeout=STEP_S, context=self._tls)
        server = smtplib.SMTP(mail.host, mail.port, timeout=STEP_S)
        try:
            if mail.security == "starttls":
                server.starttls(context=self._tls)
            server.ehlo_or_helo_if_needed()
        except BaseException:
            server.close()
            raise
        return server


def _say_goodbye(server: smtplib.SMTP) -> None:
    """End the line. What the server says to it changes nothing of what it took or refused."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _of_code(code: int) -> Outcome:
    """4xx: later; 5xx: never."""
    ended = Ended.NOT_SENT if code < 500 else Ended.REFUSED
    return Outcome(ended, f"status {code}")


def _letter(mail: Mail, job: Job) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"] = mail.sender, job.address
    letter["Subject"] = job.title
    letter["Date"] = formatdate(job.now / 1000)
    letter["Message-ID"] = f"<{job.id}@{mail.sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(job.body)
    return letter
