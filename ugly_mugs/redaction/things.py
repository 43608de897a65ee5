"""What is called like people and is none: makes of cars, brands of clothes; and what looks are told with."""

from typing import Final

from . import lexicon, towns
from .lexicon import listed

_CARS: Final = listed(
    """
    alfa romeo aston audi bentley beamer beemer benz bmw byd chevrolet chevy chrysler citroen citroën cupra dacia
    daewoo daf daihatsu dodge ferrari fiat ford honda hummer hyundai infiniti isuzu iveco jag jaguar jeep kia ktm
    lambo lamborghini lancia landrover ldv lexus lotus man maserati mazda merc mercedes mg mini mitsubishi nissan
    opel peugeot piaggio polestar porsche proton range renault rover saab scania seat skoda škoda smart ssangyong
    subaru suzuki tesla toyota vauxhall vespa volkswagen volvo vw yamaha kawasaki ducati triumph harley davidson
    adam agila ampera antara arosa asx astra ateca auris avensis aygo ayr ayo beetle berlingo boxer boxster caddy
    california captiva captur cascada cayenne ceed civic clio clubman colt combo compass connect cooper corolla
    corsa countryman courier crafter cruze cordoba defender discovery doblo dokker duster ducato duke dispatch
    ecosport edge enyaq escort estima espace evoque exeo expert fabia fiesta fiorino focus forester formentor
    freelander fusion galaxy golf grandland hilux ibiza ignis impreza insignia ioniq jazz jetta jogger jimny juke
    kadjar kamiq kangoo karoq kodiaq koleos kona kuga laguna leaf legacy leon logan macan maestro master matiz
    megane meriva mito modus mokka mondeo monterey movano mustang navara note octavia omega outlander pajero panda
    partner passat phaeton picanto picasso polo primera prius puma punto pulsar qashqai qubo rapid ranger relay
    renegade rio roomster sandero santa saxo scenic scirocco scudo sharan shogun signum sirion sorento soul spark
    spider sport sportage sprinter starlet stelvio stonic streetka superb swift talento taycan terracan tiguan tigra
    tipo tivoli tourneo touran toledo tourer trafic traveller transit transporter tucson twingo up urban vectra
    velar venga verso viano vita vitara vito vivaro wrangler xantia xsara yaris yeti zafira zoe almera micra terrano
    trail accord prelude insight citan sprinters fe alhambra
    """
)
_BRANDS: Final = listed(
    """
    adidas alexander mcqueen armani asics barbour berghaus boss burberry calvin canada casio chanel cartier champion
    columbia converse corteiz crocs dior diesel diadora dolce gabbana dr martens ellesse emporio fila fred perry
    gant goose gucci hackett helly hansen hilfiger hollister hoodrich hugo jordan jordans jeep kappa karrimor klein
    lacoste lauren lonsdale louis vuitton lynx levi levis mckenzie moncler montirex moose knuckles north face nike
    new balance omega paco rabanne patagonia paul smith primark puma ralph rayban ray ban reebok regatta rolex
    samsung apple iphone nokia huawei sergio tacchini sauvage schott slazenger sondico stone island superdry superga
    tag heuer ted baker timberland timberlands tommy trapstar under armour umbro versace vans versus wrangler uggs
    zara uber bolt deliveroo amazon dpd evri hermes tesco asda aldi lidl sainsburys morrisons greggs argos ikea
    adultwork vivastreet onlyfans whatsapp telegram snapchat instagram facebook tinder grindr viber signal kik
    tiktok vivid monzo revolut paypal lycamobile giffgaff vodafone arsenal chelsea everton liverpool man united utd
    city spurs tottenham celtic rangers leeds villa hearts hibs
    """
)
_LOOKS: Final = listed(
    """
    bald balding balaclava balaclavas bareback beard bearded beer belly birmingham bloke broad brogue brummie build
    chav chubby clean cropped curly dark deep dreadlocks dreads european eastern fade faded fair freckles freckled
    geordie ginger glasses goatee greasy grey gray greying hi hoodie hoody husky irish jogger joggers lanky limp
    lisp liverpool london long manc mancunian mid middle moustache blond blonde spiky mousy mullet muscular muscly
    none northern overweight olive pale plump polite ponytail posh quiff receding scouse scouser scottish welsh
    english british shaved shaven skinny skinhead skinned slim southern cockney essex yorkshire stammer stocky
    stubble stubbly stutter tache tan tanned tattoo tattoos tattooed tatts thick thin tracksuit unshaven vis viz
    white wiry cm ft kg st lb lbs mm metres meters inches feet avg average approx ish medium tall short fat thinning
    wig
    """
)


def is_thing(word: str) -> bool:
    """Whether *word*, in small letters, is a make, a model or a brand; it may be a name as well."""
    return word in _CARS or word in _BRANDS or word in _LOOKS


def is_called_like_nobody(word: str) -> bool:
    """Whether *word*, in small letters, is a make, a model or a brand, and hardly anybody's name."""
    return is_thing(word) and lexicon.given().get(word, (0, ""))[0] < 2


def is_colour(word: str) -> bool:
    """Whether *word*, in small letters, is a colour."""
    return word in _COLOURS


def is_firm(word: str) -> bool:
    """Whether *word*, in small letters, says that something is a firm or a place of work: "spa"."""
    return word in lexicon.FIRMS


def is_town(words: str) -> bool:
    """Whether *words*, in small letters, are the name of a town or an area."""
    return towns.is_one(words.replace("’", "'"))


def is_everyday(word: str, *, of_car: bool = False) -> bool:
    """Whether *word*, in small letters, tells nothing about anybody where a man is described, or a car."""
    if word in _COLOURS or (is_thing(word) if of_car else is_called_like_nobody(word)):
        return True
    if len(word) < 3:
        return word not in _SHORT_NAMES
    if any(word in those for those in (lexicon.STREETS, lexicon.HOUSES, lexicon.FIRMS, lexicon.KIN)):
        return False
    return word in lexicon.ordinary() and lexicon.given().get(word, (0, ""))[0] < 2


_COLOURS: Final = listed("black white red blue green brown grey gray silver gold orange purple yellow cream beige")
_SHORT_NAMES: Final = listed(
    "jo mo al ed cy ty bo di jj aj cj dj ji jb tj pj vi lu ru su mi li ki xu yu an bi ha le ng"
)
