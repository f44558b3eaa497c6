@NullMarked
package leaseback.manager.order;

import org.jspecify.annotations.NullMarked;
