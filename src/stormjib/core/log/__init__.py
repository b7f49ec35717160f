"""Every fact: what can happen in an incident, one entry of its log each. A file of facts ends with the union of them."""

from stormjib.core.log.access import *
from stormjib.core.log.detection import *
from stormjib.core.log.ends import *
from stormjib.core.log.entry import *
from stormjib.core.log.evidence import *
from stormjib.core.log.fact import *
from stormjib.core.log.messages import *
from stormjib.core.log.people import *
from stormjib.core.log.recovery import *
from stormjib.core.log.roles import *
from stormjib.core.log.runs import *
from stormjib.core.log.site import *
from stormjib.core.log.tasks import *
