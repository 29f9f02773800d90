"""What a web server calls (gunicorn config.wsgi).

Everything that is read once per process (vocabulary, phrases, gazetteer) is read here, before the first
request and, where the server loads the application before it forks, once for all its processes.
"""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()


def read_ahead() -> None:
    """Load what a first search would have to wait for."""
    from search.geocoding import locate
    from search.understanding import load

    load()
    # A slip of the pen in a town and a position: each loads an index of its own.
    locate("Chcago, TX")
    locate("41.9,-87.6")
    # What was read stays for good: the collector need not look at it again, and forked processes share it.
    # A search makes thousands of small rows at once, which the usual threshold looks through twenty times.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


read_ahead()
