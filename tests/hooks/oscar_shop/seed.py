"""One country, one kettle, one way to sell it; prints the kettle's id."""

import django

django.setup()

from decimal import Decimal  # noqa: E402

from django.contrib.sites.models import Site  # noqa: E402
from oscar.apps.address.models import Country  # noqa: E402
from oscar.apps.catalogue.models import Product, ProductClass  # noqa: E402
from oscar.apps.partner.models import Partner, StockRecord  # noqa: E402

Site.objects.update_or_create(id=1, defaults={"domain": "127.0.0.1", "name": "shop"})
Country.objects.create(iso_3166_1_a2="AU", iso_3166_1_a3="AUS", iso_3166_1_numeric="036", printable_name="Australia",
                       name="Australia", is_shipping_country=True)  # fmt: skip
kind = ProductClass.objects.create(name="Kitchen", track_stock=False)
kettle = Product.objects.create(title="Kettle", product_class=kind)
partner = Partner.objects.create(name="Shop")
StockRecord.objects.create(
    product=kettle, partner=partner, partner_sku="K1", price=Decimal("49.00"), price_currency="GBP"
)
print(kettle.id)
