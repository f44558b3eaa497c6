package leaseback.manager.web;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Who is speaking to the JSON API.
public sealed interface Caller {
    /// As the audit has it.
    String actor();

    /// Null for who shows no token.
    @Nullable TokenRole role();

    /// Whether this caller may see and do what belongs to that customer.
    default boolean actsFor(UUID customerId) {
        return switch (this) {
            case Operator operator -> true;
            case FactoryLine line -> true;
            case Buyer buyer -> buyer.customerId().equals(customerId);
            case Shop shop -> false;
            case Anybody anybody -> false;
        };
    }

    /// Sees and does everything.
    record Operator(String name) implements Caller {
        @Override
        public String actor() {
            return "operator:" + name;
        }

        @Override
        public TokenRole role() {
            return TokenRole.OPERATOR;
        }
    }

    /// Takes orders, builds and delivers.
    record FactoryLine(String name) implements Caller {
        @Override
        public String actor() {
            return "factory:" + name;
        }

        @Override
        public TokenRole role() {
            return TokenRole.FACTORY;
        }
    }

    /// A sales channel, which sees the quotes and orders that came through it.
    record Shop(String name, String channelId) implements Caller {
        @Override
        public String actor() {
            return "channel:" + channelId;
        }

        @Override
        public TokenRole role() {
            return TokenRole.CHANNEL;
        }
    }

    /// One customer, who sees their own.
    record Buyer(String name, UUID customerId) implements Caller {
        @Override
        public String actor() {
            return "customer:" + customerId;
        }

        @Override
        public TokenRole role() {
            return TokenRole.CUSTOMER;
        }
    }

    /// Who shows no token, where none is asked for.
    record Anybody() implements Caller {
        @Override
        public String actor() {
            return "anybody";
        }

        @Override
        public @Nullable TokenRole role() {
            return null;
        }
    }
}
