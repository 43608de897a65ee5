"""What a man calls himself, in the one form that all forms of it share."""

import re
import unicodedata
from typing import Final

_FORMS: Final = """
adam ad addy
alan al allan allen alun
albert bert bertie albie
alexander alex alexandru aleksander aleks alec sandy sasha oleksandr
alfred alf alfie
andrew andy andre andrei andrzej drew andreas
anthony tony antony ant antonio anton toni
arthur art archie
ashley ash
barry baz bazza barrie
benjamin ben benny benji
bernard bernie
bradley brad
bryan brian bri
cameron cam
charles charlie chas chuck charley
christopher chris kris topher christian krzysztof cristian
clifford cliff
colin col
connor conor con
craig
daniel dan danny dani danno
darren daz dazza
david dave davey davy dai davie dawid
dean deano
declan dec
dennis den denis
derek del degsy
dominic dom
donald don donnie
douglas doug dougie
duncan dunc
edward ed eddie ted teddy ned eddy
elliot eliot elliott
eric
eugene gene
francis frank frankie fran franky
frederick fred freddie freddy
gabriel gabe gab
gary gareth gaz gazza garry
gavin gav
geoffrey geoff jeff jeffrey jeffery
george georgie georgios gheorghe
gerald gerry ged gerard jerry
gilbert gil
glen glenn
gordon gord
graham graeme
gregory greg gregor grzegorz
harold hal
henry harry harrison
ian iain
ibrahim ibby abraham abe ebrahim
jacob jake jakub
james jim jimmy jamie jimbo jem
jason jay jase
jeremy jez jezza
john johnny jon jonny jack jonathan jonathon jono johnnie jan johan yan
joseph joe joey jo jozef yusuf josef
joshua josh
keith
kenneth ken kenny
kevin kev
kieran kieron ciaran
kyle
lawrence larry laurence laurie
lee leigh
leonard len lenny
leroy
lewis lew louis lou
liam
luke luc lukasz lucas luca
malcolm malc
marcus mark marc marco marek marko markus
martin marty marcin
matthew matt matty mat mateusz matei
maurice morris
maxwell max maximilian
michael mike mick micky mikey mickey michal mihai mitch mitchell misha
mohammed mohammad muhammad mohamed muhammed mohamad mo moe mohamud
nathan nate nathaniel
neil neal niall
nicholas nick nicky nicolas nico nik nikolai nicolae mikolaj
nigel nige
norman norm
oliver ollie olly
oscar
patrick pat paddy padraig
paul pauly pavel pawel paulo
peter pete petey piotr petru
philip phil phillip filip
raymond ray
reginald reg reggie
richard rich rick dick ricky dickie richie ritchie
robert rob bob robbie bobby bobbie
rodney rod
roger rog
ronald ron ronnie
roy
russell russ
ryan
samuel sam sammy
scott scotty
sean shaun shawn
sebastian seb bastian
sidney sid syd sydney
simon si
spencer spence
stanley stan
stephen steve steven stevie ste stefan stephan
stuart stewart stu stew
terence terry tel terrence
theodore theo
thomas tom tommy tam tomasz tomas
timothy tim timmy
trevor trev
victor vic viktor
vincent vince vinny vinnie
walter wally walt
warren
wayne
william will bill billy willy willie wilhelm
zachary zac zach zack
"""
_ONE: Final = {form: line.split()[0] for line in _FORMS.split("\n") if line for form in line.split()}
_TITLES: Final = frozenset({"mr", "dr", "sir", "the", "big", "little", "old", "young", "called", "himself"})
_WORD: Final = re.compile(r"[a-z]{2,}")


def name(said: str) -> str:
    """The given name in *said*, in its one form: "Big Mick" and "michael" alike are "michael"; "" if there is none."""
    plain = unicodedata.normalize("NFKD", said.casefold()).encode("ascii", "ignore").decode()
    words = [word for word in _WORD.findall(plain) if word not in _TITLES]
    return _ONE.get(words[0], words[0]) if words else ""


def is_known(word: str) -> bool:
    """Whether *word* is a name that many have."""
    return word in _ONE
