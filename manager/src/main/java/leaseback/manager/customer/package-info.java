@NullMarked
package leaseback.manager.customer;

import org.jspecify.annotations.NullMarked;
