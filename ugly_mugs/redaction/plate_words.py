"""Words that stand beside registrations, and words that look like pieces of one."""

import re
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Of one to three letters; most of those that people write, with the shorthand of messages.
COMMON: Final = _words(
    """
a i o u n x r
of in to ll ic wm bm wf bf
is it on be as at he by my or we an so me if up do no us go am mr oh dr de st tv ok uk la hi vs ex ed ad im pm ma
eu id ha ya eh uh er ai ye ta da pc cm km kg mm ml ft lb lbs mt rd rs th nd gf bf bc cc cd dj ep fb gp hq hr hrs ip ir
jr kb li lo lol mg mi mo ms na ne ni nr nt ny oi ok op ot ow oz pd pg ph pl po pp pt qt re rm sa se sh si sm sq sr ss
td ti tl tm tn tu ty ur va vi wa wi wt yo yr yrs ys im ur cu cos coz cuz bcs tho thx tbh pls plz abt bin wiv wid dat
dis dem ppl hun luv txt msg gonna ive hes shes its ill id ic dob fax ref reg vrm
the and for you was are not but all his one can out has who had her get she new how now our him see two any way may did
day too off why got say man use old own end big put lot few let set top yet bad men far job try yes run law war car per
ago guy pay win air bit hit due ask saw low age buy red act fun art non six son cut sex won boy hot eat hey key mom cup
led dog oil add met bed die sea sir box etc eye via gas ass ice kid san sun gun wow dad fit pre bar pro fan gay sit mrs
pop ran app fat lie sad bus tom mid bag bet joe nor van inc map aid fix fly dry mad arm bay lee tea sky mix ben ray era
fox leg max sub lay sam sat bob iii jim don row cry kim bbc ban joy tip hat raw aim cap dan fed fee jan tie tim rid dna
gap ltd egg hip mac pet tag ear gym kit lab min odd mum ups vol bid bro hop nah pot bye nba pan yep feb jay pen cop log
nov sin doc ann oct rep rob ate sum aug gen ads eve ian ali jon sec bat bow toy dec jet ton con pin tap huh pit rip ted
yea des dvd roy abc pat spy leo pub dig ron sue ugh wtf arc ken amy bug pic lit mar pie ram lap oak dam hiv idk jam rat
von ash mps shy par cow pig rod zoo lip mud owe ski ham rap rev est hmm cam fig les ore bee hug bud duo hub ink inn toe
btw yup beg dip dot omg ave cum nut fur gps mob mph til tin ego gut cal den pad sen tan pal jaw rub usb flu pee spa tab
cab col ref jun lou sci sep gum bmw kia gti gtd gtr tdi tsi cdi hdi amg vxr str def hay mod fog lad opt tel vet ana cod
fry rex med gem jew mia owl wee abs ant mon url bra rim dee doe gel hut mat pdf vic liz bot dye nap tee alt gal lid mic
awe diy lin ops wan axe int dom ark bum lib nat eli mil xxx rug tow ada eco mag mug tri val fin nam pos sol eva
wed fri tue thu sms bbq ran gbp quid min mins sub tho tmz pcs pcn crn ftm nhs gum hep std sti pep bdo sw sws mf
ing ers ish ies ive ent oap yob lgv hgv mot dvl aye ain nowt wot wen wer wos cud wud shud bcz brb fwb omw ttyl spf ist
ltr kgs cms kms inc apt mix ten
"""
)

# Those of them that nobody would take for the letters of a plate, whatever is said before.
STOP: Final = _words(
    """
    a i u n x of in is it on be as at he by my or we an so me if up do no us go am to the and for you was are not but
    all his one can out has who had her get she how now our him see two any way did why got say let yes per him its ive
    hes shes min mins hrs yrs mph pcm gbp quid then than amg tdi gti tdi cdi hdi gtd gtr vxr tsi ish pls tho cos dob fax
    ref log ip ic reg regs vrm
    """
)
TRIM: Final = _words("amg tdi gti cdi hdi gtd gtr vxr tsi")

MAKES: Final = _words("bmw kia vw mg mini ds seat fiat audi ford saab jeep byd gwm daf man ldv iph ps xp")

VEHICLE: Final = re.compile(
    r"\b(?:cars?|vans?|taxis?|cabs?|minicabs?|uber|lorry|lorries|truck|wagon|motors?|motorbike|moped|bike|scooter|"
    r"pick ?up|pickup|vehicles?|suv|4x4|jeep|estate|hatchback|saloon|convertible|coupe|horsebox|camper|minibus|"
    r"tranny|trannie|private hire|people carrier|tipper|limo|drives?|driving|drove|driver|parked|"
    r"audi|beamer|beemer|bmw|merc|mercs|mercedes|benz|ford|vauxhall|toyota|nissan|honda|mazda|kia|hyundai|suzuki|dacia|"
    r"renault|citroen|citroën|peugeot|skoda|škoda|seat|vw|volkswagen|volvo|saab|fiat|mini|rover|landrover|jag|"
    r"jaguar|lexus|bentley|porsche|subaru|mitsubishi|isuzu|tesla|alfa|chevrolet|chrysler|infiniti|iveco|daf|scania|"
    r"fiesta|focus|mondeo|kuga|puma|galaxy|s-?max|c-?max|transit|ranger|corsa|astra|insignia|"
    r"zafira|meriva|mokka|vectra|vivaro|movano|golf|polo|passat|tiguan|touran|sharan|caddy|transporter|"
    r"crafter|beetle|scirocco|octavia|fabia|yeti|kodiaq|ibiza|ateca|alhambra|clio|megane|scenic|"
    r"captur|kadjar|trafic|kangoo|twingo|laguna|picasso|xsara|berlingo|boxer|"
    r"qashqai|juke|micra|leaf|x-?trail|navara|almera|primera|yaris|auris|avensis|aygo|prius|corolla|hilux|verso|"
    r"civic|jazz|accord|cr-?v|picanto|ceed|sportage|sorento|tucson|swift|vitara|alto|duster|sandero|logan|punto|"
    r"panda|doblo|ducato|cooper|clubman|defender|discovery|freelander|evoque|sprinter|vito|citan|impreza|outlander|"
    r"l200|cayenne|macan|boxster|ioniq|kona)\b"
)

MODEL: Final = re.compile(
    r"[aqs][1-8]|rs\d|sq\d|r8|r32|tt\d?|x[1-7]|z[1348]|m[1-8]|m\d{3}|i[1-9]0?|ix\d{1,2}|[abcegsv](?:1[4-9]0|2[0-8]0|3[02-5]0|"
    r"4[025]0|500|600|43|45|55|63|65)|c[1-8]|c30|c70|ds\d|cx\d|mx\d|id\d|ev\d|eqc|t[2-7]|f\d{3}|l200|xc\d\d|[sv][4-9]0|"
    r"gt\d{1,2}|mg\d?|mk\d|ps\d|mp\d|xbox|no\d|pc\d{3,4}|wd40|ak47|[abm]\d{1,2}|[ewns]\d{1,2}"
)
