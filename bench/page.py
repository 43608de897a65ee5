"""How large her first page is, with everything it loads."""

from tests.web.site import a_site

from .figure import Figure, below, measures
from .houses import a_house


@measures("report_page")
async def report_page() -> list[Figure]:
    """Bytes of the report form with its stylesheet and icon, as they cross the wire, and the scripts it needs."""
    async with a_house("sqlite") as house, a_site(house.service, {"intake"}) as browser:
        page = await browser.get("/report")
        parts = [page.text]
        loaded = [each.get("href") or each.get("src") for each in page.tree.iter("link", "script", "img")]
        for link in loaded:
            parts.append((await browser.get(str(link))).text)
        scripts = page.text.count("<script")
    size = sum(len(part.encode()) for part in parts) / 1024
    return [
        below("report_page", size, unit="KB", bar=30, note=f"{len(parts)} requests, {scripts} scripts, uncompressed")
    ]
