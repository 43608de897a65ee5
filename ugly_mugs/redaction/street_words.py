"""Words that addresses are made of."""

import re
from typing import Final

from . import lexicon
from .lexicon import listed

TOKEN: Final = re.compile(
    # "22duke street", "flat4"
    r"\d{1,4}(?=[^\W\d_]{3})|\b(?i:flat|apt|apartment|room|rm|unit|no)(?=\d)|"
    r"[^\W_]+(?:[’'/-][^\W_]+){0,4}|[^\s]"
)
NUMBER: Final = re.compile(
    r"\d{1,4}[a-h]?|\d{1,4}(?:[/-]\d{1,4}|[/-][a-h])?|\d{1,3}[a-h]?-\d{1,3}[a-h]?", re.IGNORECASE
)
TENEMENT: Final = re.compile(r"\d{1,2}/\d{1,2}|\d[fF]\d|[pbgPBG]f\d|[pbgPBG]F\d|\d(?:L|R|M)", re.IGNORECASE)
IDENT: Final = re.compile(r"\d{1,4}[a-z]?|[a-z]|[a-z]\d{1,3}|\d{1,3}/\d{1,3}|\d{1,3}-[a-z]", re.IGNORECASE)

STRONG: Final = listed(
    "street str st road rd avenue ave av avn lane ln crescent cres cresc crst crs grove terrace terr ter tce "
    "gardens gdns gdn mews mws boulevard blvd wynd vennel brae gait heol ffordd stryd clos rhodfa parade "
    "promenade esplanade ropewalk cottages buildings mansions villas bungalows steps passage causeway alley "
    "arcade wharf quay embankment heath"
)
"""What ends a street's name and is hardly anything else."""
WEAK: Final = listed(
    "close cl drive dr court ct place pl square sq park pk walk wlk way wy view rise row hill mount bank green "
    "gate yard end side cross point field fields meadow meadows croft fold garth common lodge loan path circle "
    "circus bridge mead mdw vale dale drove broadway market pasture paddock paddocks chase ridge top bottom lea "
    "ley bend spur crossing corner nook spinney coppice copse orchard orchards glade dell warren hollow brow ings "
    "pieces piece reach landing pitch crest pound pightle ginnel snicket entry pend fort haven approach turn"
)
HOUSE: Final = listed(
    "house hse court ct point tower towers heights lodge mansions buildings building bldgs cottage cottages farm "
    "farmhouse villa villas hall halls lofts loft wharf quay gardens bungalow rectory vicarage dairy forge mill "
    "mills works barn barns manor grange dock gate view place park square terrace residence residences apartments "
    "apts flats studios maisonettes chambers warehouse exchange foundry almshouses oast stables lookout one plaza "
    "caravan yard chapel parsonage"
)
SURE_HOUSE: Final = listed(
    "house hse heights towers tower mansions court cottage cottages farm farmhouse lodge dock point buildings "
    "villas chambers"
)
ALONE: Final = listed("cottage cottages farm farmhouse mansions heights towers tower point reach court manor")
NOT_A_HOME: Final = listed("crown county magistrates high family supreme tennis basketball earls power match turning")
DWELLING: Final = listed(
    "house flat flats bungalow caravan block basement door prefab maisonette houseboat boat cottage bedsit "
    "terrace semi lodge static"
)
OLD: Final = listed(
    "forge rectory vicarage dairy mill barn bakery school schoolhouse chapel cottage bungalow lodge manor "
    "farmhouse smithy post paddocks stables maltings"
)
TYPE_FIRST: Final = listed("heol ffordd stryd clos rhodfa maes bryn lôn lon cwrt tŷ parc pentre llys rhes teras trem")
PARTICLES: Final = listed("y yr ap dan pen the of le upon and")
THE: Final = listed(
    "vale paddocks crescent gateway green mews close avenue drive grove limes elms oaks beeches cedars laurels "
    "firs hollies poplars willows orchard orchards square parade quadrant ridgeway broadway meadows maltings "
    "spinney glade chase rise mount glebe gables croft crofts ropewalk promenade esplanade highway causeway links "
    "fairway warren terrace walk lane street gardens knoll dell copse moorings wharf quay ridings sidings drove "
    "bank hollow wynd brae vennel"
)
SUFFIX: Final = re.compile(
    r"[a-z]{3,}(?:gate|side|brook|field|fields|croft|holme|hurst|bank|wood|dale|garth|fold|brae|royd|thorpe|mead|burn|mount|"
    r"lea|view|walk|way|hill|ridge|combe|cliff|ford|wick|worth|cote)$"
)
UNIT: Final = listed(
    "flat flats apartment apt appt apts flt room rm unit studio suite penthouse caravan plot door bedsit "
    "maisonette chalet cabin pitch almshouse berth block"
)
SURE_UNIT: Final = listed("flat apartment apt appt flt penthouse maisonette")
FLOOR: Final = listed(
    "top first second third fourth ground 1st 2nd 3rd 4th 5th upper lower basement back front attic rear middle "
    "garden upstairs downstairs"
)
FLOORED: Final = listed("floor flat maisonette room bedsit apartment rear ground")
NUMBERED: Final = listed("no nr num number nos")
ABOVE: Final = listed("above over behind opposite below beside next")
# Between a number and "drive", "walk" or "park" these make no street's name.
NOT_IN_NAME: Final = listed(
    "a about after again ago all along also always am an and another any are around as ask asked at away back bad "
    "be because been before big black bloke blokes blue bus but by came can car cars cash client clients come "
    "could customers day days did do does dont door doors down drive driver drives drove drug drunk each euro "
    "euros every fake few fellas fit foot for free friends from ft full get girl girls go goes going good got "
    "grand grey guy guys had half has have he her here him his hour hours hr hrs i if in inch inside into is it "
    "its just k kids km knew ladies lady lads last left like lives long lots m man many me meet men metre metres "
    "mile miles min mins minute minutes mixed month months more most much my near new next night nights no nobody "
    "not notes now of off on once one only or other our out outside over own p paid park parked people per phones "
    "pics plus pm pound pounds pulled punters punter put quid red ran said same saw see she short silver so some "
    "square stone stood street than that the their them then there they this those through till time times to too "
    "took tried two until up us used very visit walk walked walks want was way we week weekends weeks well went "
    "were what when where which while white who will with women worker workers would yard yards year years yellow "
    "yo you young your yr yrs am's seater doors digit digits percent star stars th nd rd litre bed bedroom "
    "bedroomed storey door's tyres tattoos pints cans bottles fingers teeth rings photos pictures calls texts "
    "messages emails missed dogs dog series"
) - {"park", "black", "red", "white", "new", "long", "green", "blue", "square", "grey", "well", "over", "short"}
BOUNDARY: Final = frozenset('.;!?)("“”:')
MONTHS: Final = listed(
    "mr mrs ms miss dr january february march april may june july august september october november december jan "
    "feb mar apr jun jul aug sept sep oct nov dec"
)
VERBS: Final = listed(
    "can to will would must should lads girls men boys then they we i you he she it long short quick slow steep "
    "nice gentle bad hard mile min minute hour day"
)

FIRMS: Final = lexicon.FIRMS | listed("motors college estate shopping retail business industrial station surgery")
"""After one of these, a house's name was the front of a firm's: "Mallard Court Hotel"."""
CUES: Final = listed("at address lives live living of is to from on ( , stays staying outside")
NAMED_AFTER: Final = listed("at is are to @ : lives called house cottage lodge ,")
HOME: Final = listed(
    "live lives living stay stays staying address home flat house moved lived place mine hers ours street road "
    "share digs bungalow"
)
ALONG: Final = listed("on off down along near in at up by of to from")
DEEDS: Final = listed("past off away around into through over home me him her us")
NEVER_IN_NAME: Final = listed(
    "a about after again all also always am an and another any are around as at away because been before but by "
    "came can could did do does for from go goes got had has have he her here him his i if in into is it its just "
    "my no not now of off on or our out over she so some than that the their them then there they this those "
    "through till to too until up us very was we went were what when where which while who will with would you "
    "your"
)
FIRST_IN_NAME: Final = listed("st upper lower great little old nether")
CLAUSE: Final = listed("he she i and they was is then so but")
