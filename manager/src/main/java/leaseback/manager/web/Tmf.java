package leaseback.manager.web;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import leaseback.manager.customer.Customer;
import org.jspecify.annotations.Nullable;

/// The shapes of TM Forum's Open APIs, version 4, as far as we fill them: TMF620, 622, 635, 648, 651 and 678. What is null is left
/// out; what is sent to us beyond them is passed over, as their readers do.
final class Tmf {
    static final String CATALOG = "/tmf-api/productCatalogManagement/v4/";
    static final String QUOTES = "/tmf-api/quoteManagement/v4/";
    static final String ORDERS = "/tmf-api/productOrderingManagement/v4/";
    static final String AGREEMENTS = "/tmf-api/agreementManagement/v4/";
    static final String USAGES = "/tmf-api/usageManagement/v4/";
    static final String BILLS = "/tmf-api/customerBillManagement/v4/";

    private Tmf() {}

    record Money(String unit, BigDecimal value) {
        static Money of(leaseback.manager.catalog.Money money) {
            return new Money(money.currency(), money.amount());
        }
    }

    record Period(@Nullable Instant startDateTime, @Nullable Instant endDateTime) {}

    /// Something that stands elsewhere: a party, an offering, a quote, a bill.
    ///
    /// @param version which of it, where there are several
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Ref(String id, @Nullable String href, @Nullable String name, @Nullable String role, @Nullable String version,
            @JsonProperty("@referredType") @Nullable String referredType) {
        @SuppressWarnings("NullAway") // comes from JSON too, where anything may be missing
        Ref {
            if (id == null) {
                throw new IllegalArgumentException("a reference needs the id of what it refers to");
            }
        }

        static Ref to(String id, String href, @Nullable String name, String type) {
            return new Ref(id, href, name, null, null, type);
        }

        static Ref customer(UUID id, @Nullable String name) {
            return new Ref(id.toString(), "/api/customer/" + id, name == null ? id.toString() : name, "customer", null, "Individual");
        }

        static Ref customer(Customer customer) {
            return customer(customer.id(), customer.name());
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Characteristic(String name, Object value, @Nullable String valueType) {
        @SuppressWarnings("NullAway") // comes from JSON too, where anything may be missing
        Characteristic {
            if (name == null || value == null) {
                throw new IllegalArgumentException("a characteristic needs a name and a value");
            }
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Product(@Nullable String id, @Nullable String name, @Nullable String productSerialNumber,
            @Nullable List<Characteristic> productCharacteristic) {}

    record Price(Money taxIncludedAmount) {}

    /// @param priceType oneTime or recurring
    record ItemPrice(String name, String priceType, @Nullable String recurringChargePeriod, Price price) {
        static ItemPrice once(String name, leaseback.manager.catalog.Money money) {
            return new ItemPrice(name, "oneTime", null, new Price(Money.of(money)));
        }

        static ItemPrice monthly(String name, leaseback.manager.catalog.Money money) {
            return new ItemPrice(name, "recurring", "month", new Price(Money.of(money)));
        }
    }

    record Offering(String id, String href, @Nullable String name, @Nullable String description, @Nullable String version,
            @Nullable String lifecycleStatus, @Nullable Boolean isBundle, @Nullable Boolean isSellable,
            @Nullable List<Ref> productOfferingPrice) {}

    record OfferingPrice(String id, String href, @Nullable String name, @Nullable String version, @Nullable String lifecycleStatus,
            @Nullable String priceType, @Nullable Integer recurringChargePeriodLength, @Nullable String recurringChargePeriodType,
            @Nullable Money price) {}

    record QuoteItem(String id, String action, int quantity, String state, Ref productOffering, Product product,
            List<ItemPrice> quoteItemPrice) {}

    record Quote(String id, String href, @Nullable String version, @Nullable Instant quoteDate, @Nullable String state,
            @Nullable String description, @Nullable Period validFor, @Nullable List<QuoteItem> quoteItem,
            @Nullable List<ItemPrice> quoteTotalPrice, @Nullable List<Ref> relatedParty, @Nullable List<Ref> agreement) {}

    record OrderItem(String id, String action, int quantity, String state, Product product, List<ItemPrice> itemTotalPrice) {}

    record Order(String id, String href, @Nullable String externalId, @Nullable Instant orderDate, @Nullable Instant completionDate,
            @Nullable String state, @Nullable List<OrderItem> productOrderItem, @Nullable List<ItemPrice> orderTotalPrice,
            @Nullable List<Ref> quote, @Nullable List<Ref> agreement, @Nullable List<Ref> relatedParty) {}

    /// @param id the order's
    record CancelOrder(String id, String href, @Nullable String cancellationReason, @Nullable Instant effectiveCancellationDate,
            @Nullable String state, @Nullable Ref productOrder) {}

    record Condition(String id, String description) {}

    record AgreementItem(List<Condition> termOrCondition) {}

    record Agreement(String id, String href, @Nullable String name, @Nullable String agreementType, @Nullable String status,
            @Nullable String version, @Nullable Instant initialDate, @Nullable Period agreementPeriod,
            @Nullable List<AgreementItem> agreementItem, @Nullable Ref agreementSpecification, @Nullable List<Characteristic> characteristic,
            @Nullable List<Ref> engagedParty) {}

    record Attachment(String name, String mimeType, String url) {}

    record AgreementSpecification(String id, String href, @Nullable String name, @Nullable String version,
            @Nullable String lifecycleStatus, @Nullable List<Attachment> attachment) {}

    record TaxItem(String taxCategory, BigDecimal taxRate, Money taxAmount) {}

    /// @param category BILL for what is owed to us, PAYOUT for what we owe
    record CustomerBill(String id, String href, @Nullable String billNo, @Nullable Instant billDate, @Nullable Instant paymentDueDate,
            @Nullable Period billingPeriod, @Nullable String category, @Nullable String state, @Nullable Money amountDue,
            @Nullable Money remainingAmount, @Nullable Money taxIncludedAmount, @Nullable Money taxExcludedAmount,
            @Nullable List<TaxItem> taxItem, @Nullable List<Ref> relatedParty) {}

    record Rate(String id, String href, @Nullable String name, @Nullable String description, @Nullable Instant date,
            @Nullable Boolean isBilled, @Nullable String type, @Nullable Ref bill, @Nullable Money taxIncludedAmount,
            @Nullable Period periodCoverage) {}
}
