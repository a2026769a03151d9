<?php
// A database with nothing but the options that WordPress can't do without.
class Empty_Database extends wpdb {
	public function __construct() {
		$this->ready   = true;
		$this->charset = 'utf8mb4';
	}
	public function db_version() {
		return '8.0';
	}
	public function _real_escape( $text ) {
		return addslashes( (string) $text );
	}
	public function query( $query ) {
		$this->last_result = array();
		$options           = array( 'siteurl' => 'https://site.example', 'home' => 'https://site.example', 'template' => 'plain', 'stylesheet' => 'plain', 'html_type' => 'text/html', 'blog_charset' => 'UTF-8', 'posts_per_page' => '5' );
		foreach ( strpos( $query, 'autoload' ) ? $options : array() as $name => $value ) {
			$this->last_result[] = (object) array( 'option_name' => $name, 'option_value' => $value, 'autoload' => 'yes' );
		}
		return count( $this->last_result );
	}
}
$wpdb = new Empty_Database();
