"""Names that people use and the sources of the gazetteer lack. Written by hand for this project (CC0)."""

from typing import Final

# Nicknames, short forms and Spanish names of towns.
NICKNAMES: Final[dict[str, tuple[str, ...]]] = {
    "Albuquerque, NM": ("ABQ",),
    "Atlanta, GA": ("ATL",),
    "Baltimore, MD": ("Bmore",),
    "Chicago, IL": ("Chitown", "Chi Town", "Chicagoland"),
    "Cincinnati, OH": ("Cincy",),
    "Houston, TX": ("H Town",),
    "Indianapolis, IN": ("Indy",),
    "Jacksonville, FL": ("Jax",),
    "Kansas City, MO": ("KCMO",),
    "Key West, FL": ("Cayo Hueso",),
    "Las Vegas, NV": ("Vegas",),
    "Los Angeles, CA": ("City of Angels", "Los Angelos"),
    "Minneapolis, MN": ("Mpls",),
    "New Orleans, LA": ("NOLA", "Nueva Orleans", "Nueva Orleáns"),
    "New York City, NY": ("Nueva York", "Ciudad de Nueva York", "New York New York"),
    "Oklahoma City, OK": ("OKC",),
    "Philadelphia, PA": ("Philly", "Filadelfia"),
    "Pittsburgh, PA": ("Pgh",),
    "Portland, OR": ("PDX",),
    "Salt Lake City, UT": ("SLC", "Salt Lake"),
    "San Antonio, TX": ("San Antone",),
    "San Francisco, CA": ("SF", "San Fran", "Frisco"),
    "St. Louis, MO": ("STL",),
    "Virginia Beach, VA": ("VA Beach",),
    "Washington, DC": ("Wash DC", "DC"),
    "West Palm Beach, FL": ("WPB",),
    "St. Petersburg, FL": ("St Pete",),
    "Colorado Springs, CO": ("Colo Springs",),
    "Fort Lauderdale, FL": ("Ft Laud",),
    "Milwaukee, WI": ("MKE",),
    "The Bronx, NY": ("Bronx",),
    "Brooklyn, NY": ("Bklyn", "BK"),
}
# Towns that GeoNames has elsewhere: the island has its name from a hamlet on the main one there.
MOVED: Final[dict[str, tuple[float, float]]] = {"Vieques, PR": (18.1212, -65.4413)}
# Well-known parts of cities, each with a ZIP that it lies in.
_ROWS: Final = """
10021|Upper East Side
10019|Midtown Manhattan
10282|Battery Park City
10009|Alphabet City
90291|Venice Beach
92173|San Ysidro
94102|Tenderloin
94133|North Beach
94115|Pacific Heights
94158|Mission Bay
98109|South Lake Union
98121|Belltown
78704|Zilker
37212|Hillsboro Village
02445|Coolidge Corner
02144|Davis Square
02139|Central Square
10024|Upper West Side
10012|SoHo
10013|TriBeCa
10013|Tribeca
10014|West Village
10003|East Village
10014|Greenwich Village
10011|Chelsea
10001|Hudson Yards
10036|Hell's Kitchen
10036|Times Square
10018|Garment District
10002|Lower East Side
10004|Financial District
10033|Washington Heights
10034|Inwood
10027|Morningside Heights
10029|East Harlem
10029|Spanish Harlem
10010|Gramercy
10016|Murray Hill
11201|Brooklyn Heights
11201|DUMBO
11215|Park Slope
11221|Bushwick
11216|Bedford-Stuyvesant
11216|Bed-Stuy
11222|Greenpoint
11209|Bay Ridge
11224|Coney Island
11225|Crown Heights
11226|Flatbush
11231|Red Hook
11231|Carroll Gardens
11217|Boerum Hill
11211|Williamsburg
11354|Flushing
11101|Long Island City
11375|Forest Hills
11372|Jackson Heights
11385|Ridgewood
11377|Woodside
11691|Far Rockaway
10471|Riverdale
10458|Fordham
60622|Wicker Park
60647|Logan Square
60618|Roscoe Village
60657|Lakeview
60657|Wrigleyville
60640|Uptown
60640|Andersonville
60625|Lincoln Square
60626|Rogers Park
60608|Pilsen
60607|West Loop
60654|River North
60611|Streeterville
60610|Gold Coast
60610|Old Town
60605|South Loop
60616|Bridgeport
60616|Bronzeville
60645|West Ridge
60613|North Center
90027|Los Feliz
90026|Silver Lake
90026|Echo Park
90028|Hollywood
90046|West Hollywood
90049|Brentwood
90024|Westwood
90005|Koreatown
90291|Venice
91423|Sherman Oaks
91604|Studio City
91601|North Hollywood
91406|Van Nuys
90042|Highland Park
90041|Eagle Rock
92109|Pacific Beach
92104|North Park
92037|La Jolla
92101|Gaslamp Quarter
92103|Hillcrest
94110|Mission District
94114|Castro District
94114|Noe Valley
94117|Haight-Ashbury
94123|Marina District
94109|Nob Hill
94103|SoMa
94122|Sunset District
94118|Richmond District
94107|Potrero Hill
98122|Capitol Hill
98107|Ballard
98103|Fremont
98109|Queen Anne
98105|University District
98115|Wedgwood
98116|West Seattle
97209|Pearl District
97211|Alberta Arts District
80205|Five Points
80206|Cherry Creek
80209|Washington Park
30305|Buckhead
30308|Midtown Atlanta
30307|Little Five Points
30312|Grant Park
02116|Back Bay
02108|Beacon Hill
02113|North End
02118|South End
02127|South Boston
02130|Jamaica Plain
02119|Roxbury
02134|Allston
02135|Brighton
02129|Charlestown
02128|East Boston
02138|Harvard Square
19123|Northern Liberties
19125|Fishtown
19103|Rittenhouse Square
19147|Queen Village
19127|Manayunk
19118|Chestnut Hill
20009|Adams Morgan
20036|Dupont Circle
20007|Georgetown
20002|Capitol Hill
20037|Foggy Bottom
20009|U Street Corridor
33139|South Beach
33127|Wynwood
33131|Brickell
33133|Coconut Grove
33135|Little Havana
33137|Miami Design District
77006|Montrose
77008|Houston Heights
77019|River Oaks
75204|Uptown Dallas
75226|Deep Ellum
75208|Bishop Arts District
78704|South Congress
78702|East Austin
70116|French Quarter
70115|Garden District
70117|Bywater
55408|Uptown Minneapolis
55403|Loring Park
37206|East Nashville
37203|Music Row
96815|Waikiki
21231|Fells Point
21230|Federal Hill
15222|Strip District
15217|Squirrel Hill
15232|Shadyside
"""
NEIGHBOURHOODS: Final[tuple[tuple[str, str], ...]] = tuple(
    (row.partition("|")[2], row.partition("|")[0]) for row in _ROWS.strip().splitlines()
)
