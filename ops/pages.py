"""All pages of the product, in one table."""

from display.pages import PAGES as DISPLAY
from kiosk.pages import PAGES as KIOSK
from kiosk.phone.pages import PAGES as PHONE
from ops.audit.pages import PAGES as AUDIT
from ops.cockpit.pages import PAGES as COCKPIT
from ops.reports.pages import PAGES as REPORTS
from ops.staff.pages import PAGES as STAFF
from window_client.pages import PAGES as CONSOLE

PAGES = (*KIOSK, *PHONE, *DISPLAY, *CONSOLE, *COCKPIT, *AUDIT, *REPORTS, *STAFF)
