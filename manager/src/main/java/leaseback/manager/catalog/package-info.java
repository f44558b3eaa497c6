@NullMarked
package leaseback.manager.catalog;

import org.jspecify.annotations.NullMarked;
